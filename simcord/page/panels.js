// Small panels: pinned messages, errors for bot developers, and toasts.

import { $, debounce, fill, h, icon, iconButton } from "./dom.js";
import { ask } from "./api.js";
import { messageTime } from "./clock.js";
import { avatar, appTag, authorName, content, problemNote, snippet } from "./message.js";
import { closePopup, openPopup } from "./menu.js";
import { channelById, emit, messageById, nameOf, on, placeName, state } from "./state.js";
import { isReading } from "./timeline.js";

let pinsBox = null;

function panel(anchor, title, name, content, options) {
	return openPopup(anchor, [h("h3", icon(name), title), content], { side: "right", label: title, width: 440, ...options });
}

export function togglePins(anchor) {
	const box = h("div.pins", h("p.log-note", h("i.spinner"), "Loading…"));
	if (!panel(anchor, "Pinned messages", "pin", box, { onClose: () => (pinsBox = null) })) return;
	pinsBox = box;
	drawPins();
}

async function drawPins() {
	const box = pinsBox;
	if (!box) return;
	const channel = state.channelId;
	try {
		const messages = await ask(`channels/${channel}/pins`);
		fill(box, messages.length ? messages.map((m) => pin(m, channel)) : h("p.log-note", "Nothing is pinned in this channel."));
	} catch (error) {
		fill(box, problemNote(error.message));
	}
}

function pin(message, channel) {
	const jump = () => {
		closePopup();
		emit("goto", { channel, message: message.id });
	};
	return h("div.pin",
		h("div.head", avatar(message.author, "small"), authorName(message.author), message.author.bot && appTag(),
			h("span.when.grow", messageTime(Date.parse(message.timestamp))),
			h("button.button.secondary.small", { onclick: jump }, "Jump")),
		content(message, true));
}

let errors = [];

async function readErrors() {
	errors = await ask("errors").catch(() => errors);
	drawErrors();
}

function drawErrors() {
	const slot = $("errors-slot");
	const count = errors.length;
	if (!slot || slot.dataset.count === String(count)) return;
	slot.dataset.count = count;
	fill(slot, count > 0 && h("button.error-count", {
		"aria-haspopup": "dialog",
		"aria-label": `Rules that the bot has broken: ${count}`,
		onclick: (event) => panel(event.currentTarget, "Broken rules", "warn", [
			h("p.log-note", "What the bot asked for and Discord would not have done."),
			h("ol.errors", errors.map((e) => h("li", e))),
		]),
	}, icon("warn"), count));
}

export function startPanels() {
	on("acted", debounce(300, readErrors));
	on("clockbar", drawErrors);
	on("messages", debounce(250, drawPins));
	on("trouble", (text) => toast({ title: text, bad: true }));
	setInterval(() => document.hidden || readErrors(), 10000);
	readErrors();
}

function toast({ title, text, bad, onclick }) {
	// It goes by itself, but not while it is looked at.
	const wait = () => setTimeout(() => (box.matches(":hover, :focus-within") ? wait() : box.remove()), 8000);
	const box = h("div.toast", { class: bad && "bad" },
		h(onclick ? "button.toast-main" : "div.toast-main", onclick && { onclick: () => {
			box.remove();
			onclick();
		} }, icon(bad ? "warn" : "at"), h("span.grow", h("b", title), text && h("span.dim", text))),
		iconButton("close", "Dismiss", () => box.remove()));
	const all = $("toasts");
	all.append(box);
	while (all.childElementCount > 4) all.firstElementChild.remove();
	wait();
}

const WHY = { everyone: "@everyone", role: "@your role" };

/** A ping that was heard; the message behind it may arrive a moment later. */
export function pingToast({ message_id, channel_id, why }) {
	setTimeout(() => {
		const channel = channelById(channel_id);
		if (!channel || isReading(channel_id)) return;
		const message = messageById(message_id);
		toast({
			title: channel.guild_id ? `${WHY[why] ?? "@you"} in #${channel.name}` : `${placeName(channel)} wrote to you`,
			text: message && `${nameOf(message.author)}: ${snippet(message)}`,
			onclick: () => emit("goto", { channel: channel_id, message: message_id }),
		});
	}, 120);
}

export const clearToasts = () => $("toasts").replaceChildren();
