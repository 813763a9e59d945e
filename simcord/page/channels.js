// The servers, the channel list with what is unread, and the channel's head.

import { $, append, fill, h, icon, iconButton, initials } from "./dom.js";
import { inlineMarkdown } from "./markdown.js";
import { togglePins } from "./panels.js";
import {
	channelById, currentChannel, currentGuild, emit, guildById, isReadable, isThread, on, orderedChannels, placeName, state,
	totalMentions,
} from "./state.js";

const ICONS = { 1: "mail", 2: "speaker", 5: "horn", 11: "thread", 13: "speaker" };

export function startChannels() {
	on("world", drawAll);
	on("counts", drawAll);
	on("channel", drawAll);
}

function drawAll() {
	drawRail();
	drawList();
	drawHead();
	drawTitle();
}

const badge = (count) => count > 0 && h("span.badge", { "aria-label": `${count} mention${count > 1 ? "s" : ""}` }, count > 99 ? "99+" : count);

function drawRail() {
	const rail = $("rail");
	const focused = rail.contains(document.activeElement) ? document.activeElement.dataset.guild : null;
	fill(rail, state.guilds.map((guild) => {
		const mentions = guild.channels.reduce((sum, c) => sum + c.simcord.mentions, 0);
		const unread = guild.channels.some((c) => c.simcord.unread > 0);
		return h("button.guild", {
			type: "button",
			title: guild.name,
			"aria-label": `${guild.name}${mentions ? `, ${mentions} mentions` : unread ? ", unread" : ""}`,
			"aria-current": guild.id === state.guildId ? "true" : null,
			class: unread ? "unread" : "",
			dataset: { guild: guild.id },
			onclick: () => openGuild(guild.id),
		}, initials(guild.name), badge(mentions));
	}));
	if (focused) rail.querySelector(`[data-guild="${CSS.escape(focused)}"]`)?.focus();
}

/** Goes to the guild's channel that was read last, or its first. */
function openGuild(id) {
	const guild = guildById(id);
	const list = orderedChannels(guild).flatMap((g) => g.channels).filter(isReadable);
	const last = sessionStorage.getItem(`last ${id}`);
	const target = list.find((c) => c.id === last) ?? list[0];
	if (target) emit("goto", { channel: target.id });
	else {
		state.guildId = id;
		state.channelId = null;
		emit("channel");
	}
}

function drawList() {
	const guild = currentGuild();
	const list = $("channels");
	const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
	const scroll = list.scrollTop;
	$("guild-name").textContent = guild?.name ?? "simcord";
	const group = (name, channels) => h("section.group", name && h("h2.category", name), h("ul", channels.map(channelRow)));
	fill(list, [
		state.conversations.length > 0 && group("Direct messages", state.conversations),
		guild && orderedChannels(guild).map(({ category, channels }) => group(category?.name, channels)),
	].flat().filter(Boolean));
	if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
	list.scrollTop = scroll;
}

function channelRow(channel) {
	const { unread, mentions } = channel.simcord;
	const readable = isReadable(channel);
	return h("li", h("button.channel", {
		type: "button",
		class: [isThread(channel) && "thread", unread > 0 && "unread"].filter(Boolean).join(" "),
		disabled: !readable,
		"aria-current": channel.id === state.channelId ? "page" : null,
		"aria-label": `${isThread(channel) ? "Thread " : ""}${channel.name}${unread > 0 ? `, ${unread} unread` : ""}${mentions > 0 ? `, ${mentions} mentions` : ""}`,
		title: channel.topic || null,
		dataset: { key: channel.id },
		onclick: () => emit("goto", { channel: channel.id }),
	}, icon(ICONS[channel.type] ?? "hash"), h("span.grow", channel.name), badge(mentions)));
}

let headFor = "";

function drawHead() {
	const channel = currentChannel();
	const sign = JSON.stringify([channel?.id, channel?.name, channel?.topic, totalMentions() > 0]);
	if (sign === headFor) return;
	headFor = sign;
	const head = fill($("channel-head"),
		iconButton("menu", "Channels", () => toggleDrawer("channels"), { id: "open-channels", class: totalMentions() > 0 ? "dotted" : "" }));
	if (channel) {
		append(head, [
			icon(ICONS[channel.type] ?? "hash"),
			isThread(channel) && wayBack(channel),
			h("h2", channel.name),
			h("p.topic", { title: channel.topic ?? "" }, inlineMarkdown((channel.topic ?? "").replace(/\s+/g, " "))),
			iconButton("pin", "Pinned messages", (event) => togglePins(event.currentTarget), { "aria-haspopup": "dialog" }),
		]);
	} else {
		head.append(h("h2.grow", "No channel"));
	}
	head.append(iconButton("people", "Members", () => toggleDrawer("members"), { id: "open-members" }));
}

/** From a thread to its channel. */
function wayBack(thread) {
	const parent = channelById(thread.parent_id);
	return parent && h("button.text-button", { type: "button", onclick: () => emit("goto", { channel: parent.id }) }, `#${parent.name} ›`);
}

function drawTitle() {
	const count = totalMentions();
	const channel = currentChannel();
	document.title = `${count ? `(${count}) ` : ""}${channel ? placeName(channel) : "simcord"} · ${state.me?.display_name ?? state.me?.username ?? ""} · simcord`;
}

/** On a phone both lists are drawers; on a desk the members can be folded away. */
export function toggleDrawer(which) {
	const app = $("app");
	const name = which === "channels" ? "show-channels" : narrowMembers() ? "show-members" : "hide-members";
	const other = which === "channels" ? "show-members" : "show-channels";
	app.classList.remove(other);
	const open = app.classList.toggle(name);
	$("shade").hidden = !(app.classList.contains("show-channels") || app.classList.contains("show-members"));
	if (!open || name === "hide-members") return;
	const first = which === "channels" ? $("channels").querySelector("[aria-current], button") : $("members").querySelector("button");
	first?.focus({ preventScroll: true });
}

const narrowMembers = () => matchMedia("(max-width: 1000px)").matches;

export function closeDrawers() {
	$("app").classList.remove("show-channels", "show-members");
	$("shade").hidden = true;
}

/** The next readable channel up or down the list, for the keyboard. */
export function stepChannel(step) {
	const guild = currentGuild();
	const own = guild ? orderedChannels(guild).flatMap((g) => g.channels) : [];
	const list = [...state.conversations, ...own].filter(isReadable);
	const at = list.findIndex((c) => c.id === state.channelId);
	const next = list[(at + step + list.length) % list.length];
	if (next) emit("goto", { channel: next.id });
}
