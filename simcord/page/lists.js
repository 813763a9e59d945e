// The lists at the sides: servers, channels, the channel's head, members, and the people switch.

import { $, fill, h, icon, iconButton, initials, outside, redraw, roving } from "./dom.js";
import { useOnPerson } from "./actions.js";
import { ask } from "./api.js";
import { inlineMarkdown } from "./markdown.js";
import { appTag, appsButton, authorName, avatar } from "./message.js";
import { closePopup, openPopup } from "./menu.js";
import { togglePins } from "./panels.js";
import {
	channelById, channelsOf, currentChannel, currentGuild, emit, guildById, isReadable, isThread, isUnread, memberById, mentionsIn,
	menuCommands, nameOf, on, orderedChannels, placeName, rolesOf, state,
} from "./state.js";

const ICONS = { 1: "mail", 2: "speaker", 5: "horn", 11: "thread" };
const rows = new Map();
let stops;

export function startLists() {
	wear(localStorage.getItem("look") ?? "");
	stops = { rail: roving($("rail"), ".guild"), list: roving($("channels"), ".channel:enabled"), members: roving($("members"), "button") };
	for (const name of ["world", "channel"]) on(name, () => [drawRail, drawList, drawHead, drawMe, drawMembers].forEach((draw) => draw()));
	on("counts", (channel) => {
		drawRail();
		const row = rows.get(channel.id);
		if (row) paint(row, channel);
		drawHead();
	});
}

const mentions = (count) => (count > 0 ? `, ${count} mention${count > 1 ? "s" : ""}` : "");
const badge = (count) => count > 0 && h("span.badge", { "aria-hidden": "true" }, count > 99 ? "99+" : count);

function drawRail() {
	redraw($("rail"), state.guilds.map((guild) => {
		const count = mentionsIn(guild.channels);
		const unread = isUnread(guild.channels);
		return h("button.guild", {
			title: guild.name,
			"aria-label": `${guild.name}${mentions(count) || (unread ? ", unread" : "")}`,
			"aria-current": guild.id === state.guildId && "true",
			class: unread && "unread",
			key: guild.id,
			onclick: () => openGuild(guild),
		}, initials(guild.name), badge(count));
	}));
	stops.rail();
}

function openGuild(guild) {
	const list = channelsOf(guild);
	const last = sessionStorage.getItem(`last ${guild.id}`);
	const target = list.find((c) => c.id === last) ?? list[0];
	if (target) return emit("goto", { channel: target.id });
	state.guildId = guild.id;
	state.channelId = null;
	emit("channel");
}

function drawList() {
	const guild = currentGuild();
	$("guild-name").textContent = guild?.name ?? "simcord";
	rows.clear();
	const group = (name, channels) => h("section", name && h("h2.category", name), h("ul", channels.map((c) => h("li", channelRow(c)))));
	redraw($("channels"),
		state.conversations.length > 0 && group("Direct messages", state.conversations),
		guild && orderedChannels(guild).map(({ category, channels }) => group(category?.name, channels)));
	stops.list();
}

function channelRow(channel) {
	const row = h("button", {
		disabled: !isReadable(channel),
		title: channel.topic,
		key: channel.id,
		onclick: () => emit("goto", { channel: channel.id }),
	});
	rows.set(channel.id, row);
	return paint(row, channel);
}

function paint(row, channel) {
	const { unread, mentions: count } = channel.simcord;
	const thread = isThread(channel);
	const here = channel.id === state.channelId;
	const fresh = unread && !here;
	row.className = `channel${thread ? " thread" : ""}${fresh ? " unread" : ""}`;
	if (here) row.setAttribute("aria-current", "page");
	row.setAttribute("aria-label", `${thread ? "Thread " : ""}${channel.name}${fresh ? `, ${unread} unread` : ""}${mentions(count)}`);
	return fill(row, icon(ICONS[channel.type] ?? "hash"), h("span.grow", channel.name), badge(count));
}

let headFor = "";

function drawHead() {
	const channel = currentChannel();
	const total = mentionsIn();
	document.title = `${total ? `(${total}) ` : isUnread() ? "• " : ""}${channel ? placeName(channel) : "simcord"} · ${nameOf(state.me)} · simcord`;
	const sign = JSON.stringify([channel?.id, channel?.name, channel?.topic, total > 0]);
	if (sign === headFor) return;
	headFor = sign;
	fill($("channel-head"),
		iconButton("menu", `Channels${mentions(total)}`, () => toggleDrawer("channels"), { id: "open-channels", class: total && "dotted" }),
		channel ? [
			icon(ICONS[channel.type] ?? "hash"),
			isThread(channel) && wayBack(channel),
			h("h2", channel.name),
			h("p.topic", { title: channel.topic }, inlineMarkdown((channel.topic ?? "").replace(/\s+/g, " "))),
			iconButton("pin", "Pinned messages", (event) => togglePins(event.currentTarget), { "aria-haspopup": "dialog" }),
		] : h("h2.grow", "No channel"),
		iconButton("people", "Members", () => toggleDrawer("members"), { id: "open-members" }));
}

function wayBack(thread) {
	const parent = channelById(thread.parent_id);
	return parent && h("button.text-button", { onclick: () => emit("goto", { channel: parent.id }) }, `#${parent.name} ›`);
}

const DRAWERS = ["show-channels", "show-members"];

/** On a phone both lists are drawers; on a desk the members can be folded away. */
function toggleDrawer(which) {
	const { classList } = $("app");
	const name = which === "members" && !matchMedia("(max-width: 1000px)").matches ? "hide-members" : `show-${which}`;
	for (const other of DRAWERS) if (other !== name) classList.remove(other);
	const open = classList.toggle(name) && name !== "hide-members";
	$("shade").hidden = !open;
	if (open) $(which).querySelector("[tabindex='0'], button")?.focus({ preventScroll: true });
}

export function closeDrawers() {
	$("app").classList.remove(...DRAWERS);
	$("shade").hidden = true;
}

/** The next readable channel up or down the list, for the keyboard. */
export function stepChannel(step) {
	const list = [...state.conversations, ...channelsOf(currentGuild())];
	const at = list.findIndex((c) => c.id === state.channelId);
	const next = list.at((at + step) % list.length);
	if (next) emit("goto", { channel: next.id });
}

function drawMe() {
	const { me } = state;
	const roles = rolesOf(memberById(me.id)).map((r) => r.name).join(", ");
	redraw($("me"), h("button#switch", {
		"aria-haspopup": "dialog",
		"aria-label": `You are ${nameOf(me)}. Switch to another person`,
		key: "switch",
		onclick: (event) => openSwitch(event.currentTarget),
	}, avatar(me), h("span.grow", authorName(me), h("span.dim", roles || `@${me.username}`)), icon("up")));
}

export const pageOf = (person) => `?user=${encodeURIComponent(person.username)}`;

function openSwitch(anchor) {
	const box = openPopup(anchor, [h("h3", "Look through the eyes of"), h("div.people", state.people.map(personRow)), looks()],
		{ side: "above", label: "Switch to another person", width: 300 });
	if (!box) return;
	roving(box, ".person")();
	box.querySelector(".person[aria-current]")?.focus();
}

function personRow(person) {
	const mine = person.id === state.me.id;
	const count = h("span.badge", { hidden: true });
	ask("view", { user: person.id }).then((view) => {
		const sum = mentionsIn([...view.guilds.flatMap((g) => g.channels), ...view.conversations]);
		count.textContent = sum;
		count.hidden = sum === 0;
		count.setAttribute("aria-label", `${sum} mentions`);
	}).catch(() => {});
	const roles = [...new Set(person.guilds.flatMap((g) => g.roles))].join(", ");
	return h("div.person-row",
		h("button.person", {
			"aria-current": mine && "true",
			onclick: () => {
				closePopup(true);
				if (!mine) emit("become", person);
			},
		}, avatar(person), h("span.grow", authorName(person), h("span.dim", roles || `@${person.username}`)), count, mine && icon("check")),
		h("a.icon-button", { ...outside(pageOf(person), "Open in another tab"), "aria-label": `Open a tab as ${nameOf(person)}` }, icon("out")));
}

function looks() {
	const names = { "": "As the system", light: "Light", dark: "Dark" };
	const choose = h("select", { onchange: () => wear(choose.value) }, Object.entries(names).map(([value, name]) => h("option", { value }, name)));
	choose.value = document.documentElement.dataset.look;
	return h("label.looks", h("span.dim.grow", "Look"), choose);
}

function wear(look) {
	document.documentElement.dataset.look = look;
	localStorage.setItem("look", look);
}

/** Members below their highest role, as the guild ranks them. */
function drawMembers() {
	const guild = currentGuild();
	const pane = $("members");
	if (!guild) return fill(pane);
	const anyHoisted = guild.roles.some((r) => r.hoist);
	const groupOf = (member) => rolesOf(member).find((r) => (anyHoisted ? r.hoist : !r.managed));
	const byName = (a, b) => nameOf(a.user).localeCompare(nameOf(b.user));
	const groups = Map.groupBy([...guild.members].sort(byName), groupOf);
	const ordered = [...groups].sort(([a], [b]) => (b?.position ?? -1) - (a?.position ?? -1));
	redraw(pane, ordered.map(([role, members]) => h("section",
		h("h3", role?.name ?? "Members", ` — ${members.length}`),
		h("ul", members.map((m) => h("li", memberButton(m), memberApps(m)))))));
	stops.members();
}

function memberApps({ user }) {
	const apps = menuCommands(2);
	const channel = state.channelId;
	return apps.length > 0 && channel && appsButton(user.id, `Apps for ${nameOf(user)}`, apps, (name) => useOnPerson(channel, user.id, name));
}

const memberButton = ({ user }) => h("button.member", {
	title: `@${user.username}: press to mention`,
	key: user.id,
	onclick: () => emit("mention", user),
}, avatar(user), h("span.grow", authorName(user)), user.bot && appTag());
