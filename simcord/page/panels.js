// Small panels: pinned messages, errors for bot developers, and toasts.

import { $, debounce, fill, h, icon, iconButton } from "./dom.js";
import { api } from "./api.js";
import { messageTime } from "./clock.js";
import { avatar, appTag, authorName, content, snippet } from "./message.js";
import { closePopup, openPopup } from "./menu.js";
import { channelById, emit, messageById, nameOf, on, placeName, state } from "./state.js";
import { isReading } from "./timeline.js";

let pinsBox = null;

/** The pins of the current channel, each with a way to its place. */
export async function togglePins(anchor) {
	const box = h("div.pins", h("p.log-note", h("i.spinner"), "Loading…"));
	const popup = openPopup(anchor, [h("h3", icon("pin"), "Pinned messages"), box],
		{ side: "below-right", className: "pins-popup", label: "Pinned messages", width: 420, onClose: () => (pinsBox = null) });
	if (!popup) return;
	pinsBox = box;
	popup.tabIndex = -1;
	popup.focus();
	await drawPins();
}

async function drawPins() {
	const box = pinsBox;
	if (!box) return;
	const channel = state.channelId;
	try {
		const list = await api.pins(channel, state.me.id);
		// Discord has had two shapes for pins: messages, and items around them.
		const messages = (list.items ?? list).map((item) => item.message ?? item);
		fill(box, messages.length ? messages.map((m) => pin(m, channel)) : h("p.log-note", "Nothing is pinned in this channel."));
	} catch (error) {
		fill(box, h("p.problem", icon("warn"), error.message));
	}
}

const refreshPins = debounce(250, drawPins);

function pin(message, channel) {
	return h("div.pin",
		h("div.head", avatar(message.author, "small"), authorName(message.author), message.author.bot && appTag(),
			h("span.when.grow", messageTime(Date.parse(message.timestamp))),
			h("button.button.secondary.small", { type: "button", onclick: () => {
				closePopup();
				emit("goto", { channel, message: message.id });
			} }, "Jump")),
		content(message, { quiet: true }));
}

let errors = [];

async function readErrors() {
	try {
		errors = await api.errors();
	} catch {
		return;
	}
	drawErrors();
}

function drawErrors() {
	const slot = $("errors-slot");
	if (!slot) return;
	if (slot.dataset.count === String(errors.length)) return;
	slot.dataset.count = String(errors.length);
	fill(slot, errors.length > 0 && h("button.error-count", {
		type: "button",
		"aria-haspopup": "dialog",
		"aria-label": `${errors.length} broken rule${errors.length > 1 ? "s" : ""} met by the bot`,
		title: "Rules of the API that the bot has broken",
		onclick: (event) => {
			const box = openPopup(event.currentTarget, [
				h("h3", icon("warn"), "Broken rules"),
				h("p.dim", "What the bot asked for and Discord would not have done. A test fails when this list is not empty."),
				h("ol.errors", errors.map((e) => h("li", e))),
			], { side: "below-right", className: "errors-popup", label: "Broken rules", width: 460 });
			if (!box) return;
			box.tabIndex = -1;
			box.focus();
		},
	}, icon("warn"), errors.length));
}

export function startPanels() {
	on("acted", debounce(300, readErrors));
	on("clockbar", drawErrors);
	on("messages", () => pinsBox && refreshPins());
	on("trouble", (text) => toast({ title: text, bad: true }));
	setInterval(() => document.visibilityState === "visible" && readErrors(), 10000);
	readErrors();
}

/** One note in the corner; it goes by itself, but not while it is looked at. */
function toast({ title, text = "", bad = false, onclick = null }) {
	const box = h("div.toast", { class: bad ? "bad" : "" });
	let timer;
	const gone = () => {
		clearTimeout(timer);
		box.remove();
	};
	const wait = () => {
		clearTimeout(timer);
		timer = setTimeout(gone, bad ? 9000 : 7000);
	};
	const inside = [icon(bad ? "warn" : "at"), h("span.grow", h("b", title), text && h("span.toast-text", text))];
	box.append(
		onclick ? h("button.toast-main", { type: "button", onclick: () => {
			gone();
			onclick();
		} }, inside) : h("div.toast-main", inside),
		iconButton("close", "Dismiss", gone));
	box.addEventListener("pointerenter", () => clearTimeout(timer));
	box.addEventListener("pointerleave", wait);
	box.addEventListener("focusin", () => clearTimeout(timer));
	box.addEventListener("focusout", wait);
	const all = $("toasts");
	all.append(box);
	while (all.childElementCount > 4) all.firstElementChild.remove();
	wait();
	return box;
}

const WHY = { everyone: "@everyone", role: "@your role", user: "@you" };

/** A ping that was heard; the message behind it may arrive a moment later. */
export function pingToast({ message_id, channel_id, why }) {
	setTimeout(() => {
		if (isReading(channel_id)) return;
		const channel = channelById(channel_id);
		if (!channel) return;
		const message = messageById(message_id);
		toast({
			title: channel.guild_id ? `${WHY[why] ?? "@you"} in #${channel.name}` : `${placeName(channel)} wrote to you`,
			text: message ? `${nameOf(message.author)}: ${snippet(message)}` : "",
			onclick: () => emit("goto", { channel: channel_id, message: message_id }),
		});
	}, 120);
}

export const clearToasts = () => $("toasts").replaceChildren();
