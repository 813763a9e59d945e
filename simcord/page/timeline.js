// The message pane: rows kept in step with what is known, without flashes and
// without moving what a person is reading.

import { $, compareIds, debounce, h } from "./dom.js";
import { api } from "./api.js";
import { dayKey, dayTitle, messageTime } from "./clock.js";
import { continues, messageRow } from "./message.js";
import { closePopup, popupAnchor } from "./menu.js";
import { currentChannel, emit, historyOf, isThread, on, placeName, state } from "./state.js";

const PAGE = 50;
const rows = new Map();
let shownChannel = null;
let stick = true;
let fresh = 0;
let freshForMe = false;
let firstUnread = null;
let names = "";
const signatures = new WeakMap();

const log = () => $("log");
const atBottom = () => log().scrollHeight - log().scrollTop - log().clientHeight < 40;

export function startTimeline() {
	log().addEventListener("scroll", () => {
		stick = atBottom();
		if (stick) {
			fresh = 0;
			markRead();
		}
		drawPill();
		if (log().scrollTop < 120) loadOlder();
	});
	$("pill").addEventListener("click", toBottom);
	// A composer that grows or a keyboard that opens must not hide the end.
	new ResizeObserver(() => stick && toBottom()).observe(log());
	document.addEventListener("visibilitychange", markRead);
	on("messages", ({ channel }) => channel === state.channelId && reconcile());
	on("clock", () => reconcile());
	on("world", () => {
		names = namesInUse();
		reconcile();
	});
}

/** Whatever a row shows besides its message: when it changes, rows are redrawn. */
function namesInUse() {
	return JSON.stringify(state.guilds.map((g) => [
		g.roles.map((r) => [r.name, r.color]),
		g.members.map((m) => [m.display_name, m.roles]),
		g.channels.map((c) => c.name),
	]));
}

/** Shows the current channel, from what is known first and then afresh. */
export async function showChannel() {
	const channel = currentChannel();
	closePopup();
	rows.clear();
	log().replaceChildren();
	shownChannel = channel?.id ?? null;
	stick = true;
	fresh = 0;
	firstUnread = null;
	drawPill();
	if (!channel) return;
	const history = historyOf(channel.id);
	const unread = channel.simcord.unread;
	log().setAttribute("aria-busy", "true");
	if (history.loaded) reconcile();
	else log().append(h("p.log-note", h("i.spinner"), "Loading…"));
	try {
		await load(channel.id);
		if (shownChannel !== channel.id) return;
		const others = visible(channel.id).filter((m) => m.author.id !== state.me.id);
		firstUnread = unread > 0 ? others[Math.max(0, others.length - unread)]?.id ?? null : null;
		reconcile();
		toBottom();
		markRead();
	} catch (error) {
		if (shownChannel === channel.id && !history.loaded) log().replaceChildren(h("p.log-note.bad", error.message));
	} finally {
		log().removeAttribute("aria-busy");
	}
}

/** Catches up after the event stream was away, without moving anything. */
export async function refreshChannel() {
	const channel = shownChannel;
	try {
		await load(channel);
		if (shownChannel === channel) reconcile();
		markRead();
	} catch (error) {
		emit("trouble", error.message);
	}
}

export const isShown = (channelId) => shownChannel === channelId && historyOf(channelId).loaded;

/** Reads the newest page again; what it no longer holds has been deleted. */
async function load(channelId) {
	const list = await api.messages(channelId, state.me.id, PAGE);
	const history = historyOf(channelId);
	const oldest = list[0]?.id;
	// Single messages that events brought to a page never read leave a gap.
	const older = history.loaded && oldest ? history.list.filter((m) => compareIds(m.id, oldest) < 0) : [];
	const newer = list.length ? history.list.filter((m) => compareIds(m.id, list[list.length - 1].id) > 0) : [];
	history.list = [...older, ...list, ...newer];
	if (!history.loaded || !older.length) history.complete = list.length < PAGE;
	history.loaded = true;
}

let loadingOlder = null;

function loadOlder() {
	const history = shownChannel && historyOf(shownChannel);
	if (!history?.loaded || history.complete || !history.list.length) return null;
	loadingOlder ??= (async () => {
		const channel = shownChannel;
		try {
			const list = await api.messages(channel, state.me.id, PAGE, history.list[0].id);
			const known = new Set(history.list.map((m) => m.id));
			history.list = [...list.filter((m) => !known.has(m.id)), ...history.list];
			history.complete = list.length < PAGE;
			if (shownChannel === channel) reconcile();
		} catch (error) {
			emit("trouble", error.message);
			throw error;
		} finally {
			loadingOlder = null;
		}
	})();
	return loadingOlder.catch(() => {});
}

const visible = (channelId) => historyOf(channelId).list.filter((m) => !state.dismissed.has(m.id));

/** What the pane should show, in order: key, signature, and how to build it. */
function wanted(channelId) {
	const out = [];
	let before = null;
	let day = null;
	const history = historyOf(channelId);
	if (history.complete) out.push({ key: "start", sign: currentChannel().name, build: startRow });
	for (const message of visible(channelId)) {
		const sent = Date.parse(message.timestamp);
		if (dayKey(sent) !== day) {
			day = dayKey(sent);
			out.push({ key: `day ${day}`, sign: day, build: () => h("div.divider", h("span", dayTitle(sent))) });
			before = null;
		}
		if (message.id === firstUnread) {
			out.push({ key: "new", sign: message.id, build: () => h("div.divider.new", h("span", "New")) });
			before = null;
		}
		const grouped = continues(message, before);
		let text = signatures.get(message);
		if (text === undefined) signatures.set(message, (text = JSON.stringify(message)));
		const busy = state.busy.get(message.id) ?? "";
		const problem = state.problems.get(message.id) ?? "";
		out.push({
			key: message.id,
			sign: [text, grouped, grouped ? "" : messageTime(sent), busy, problem, names].join("\u0000"),
			build: () => messageRow(message, { grouped }),
		});
		before = message;
	}
	return out;
}

function startRow() {
	const channel = currentChannel();
	const direct = !channel.guild_id;
	return h("div.log-start", h("h2", direct ? placeName(channel) : `Welcome to ${placeName(channel)}`),
		h("p.dim", channel.topic || `This is the beginning of ${direct ? "your direct messages" : isThread(channel) ? "the thread" : "the channel"}.`));
}

/** Brings the rows in step; untouched rows keep their very elements. */
export function reconcile() {
	if (!shownChannel || !currentChannel() || !historyOf(shownChannel).loaded) return;
	const pane = log();
	const wasAtBottom = stick;
	const anchor = wasAtBottom ? null : firstVisible();
	const plan = wanted(shownChannel);
	const keys = new Set(plan.map((p) => p.key));
	for (const [key, row] of rows) {
		if (keys.has(key)) continue;
		row.el.remove();
		rows.delete(key);
	}
	pane.querySelector(":scope > .log-note")?.remove();
	let cursor = pane.firstChild;
	for (const { key, sign, build } of plan) {
		let row = rows.get(key);
		if (!row) {
			row = { el: quiet(build()), sign };
			rows.set(key, row);
		} else if (row.sign !== sign) {
			const el = build();
			el.setAttribute("aria-live", "off");
			if (cursor === row.el) cursor = el;
			replace(row.el, el);
			row.el = el;
			row.sign = sign;
		}
		if (row.el === cursor) cursor = cursor.nextSibling;
		else pane.insertBefore(row.el, cursor);
	}
	if (!plan.some((p) => p.key !== "start" && !p.key.startsWith("day"))) {
		pane.append(h("p.log-note", "Nothing has been written here yet."));
	}
	if (wasAtBottom) toBottom();
	else if (anchor) pane.scrollTop += anchor.el().getBoundingClientRect().top - anchor.top;
	drawPill();
}

// A new row is spoken once; what changes in it later is not read out again.
function quiet(el) {
	setTimeout(() => el.setAttribute("aria-live", "off"), 1500);
	return el;
}

/** Puts a redrawn row in place with the keyboard and open spoilers kept. */
function replace(old, el) {
	const focus = old.contains(document.activeElement) ? document.activeElement : null;
	const opened = [...old.querySelectorAll(".spoiler")].map((s) => s.classList.contains("open"));
	el.querySelectorAll(".spoiler").forEach((s, i) => opened[i] && s.click());
	const popup = popupAnchor();
	if (popup && old.contains(popup) && !find(el, popup)) closePopup();
	old.replaceWith(el);
	if (focus) (find(el, focus) ?? log()).focus({ preventScroll: true });
}

const find = (el, control) => control.dataset.custom && el.querySelector(`[data-custom="${CSS.escape(control.dataset.custom)}"]`);

function firstVisible() {
	const top = log().getBoundingClientRect().top;
	for (const [key, row] of rows) {
		// Rows are kept in order of arrival, so each one has to be looked at.
		const box = row.el.getBoundingClientRect();
		if (box.bottom > top && box.top < top + log().clientHeight) return { top: box.top, el: () => rows.get(key)?.el ?? row.el };
	}
	return null;
}

export function toBottom() {
	log().scrollTop = log().scrollHeight;
	stick = true;
}

/** Called for each message that has newly arrived in the shown channel. */
export function arrived(message) {
	const asked = message.interaction_metadata;
	// One's own words and the answer to one's own command are worth the jump.
	// The answer to a button is not: the buttons would move from under the hand.
	if (message.author?.id === state.me.id || (asked?.type === 2 && asked.user?.id === state.me.id)) stick = true;
	else if (!stick) {
		fresh += 1;
		freshForMe ||= message.simcord?.ephemeral === true;
	}
	if (stick) markRead();
}

function drawPill() {
	const pill = $("pill");
	pill.hidden = stick;
	pill.classList.toggle("fresh", fresh > 0);
	if (fresh === 0) freshForMe = false;
	pill.textContent = freshForMe ? "An answer for you ↓" : fresh > 0 ? `${fresh} new message${fresh > 1 ? "s" : ""} ↓` : "To the newest ↓";
}

/** A person has read what is on the screen of a visible tab. */
export const markRead = debounce(150, () => {
	const channel = currentChannel();
	if (!channel || !stick || document.visibilityState !== "visible") return;
	if (!channel.simcord.unread && !channel.simcord.mentions) return;
	channel.simcord.unread = 0;
	channel.simcord.mentions = 0;
	emit("counts");
	api.read(state.me.id, channel.id).catch(() => {});
});

export const isReading = (channelId) => channelId === state.channelId && stick && document.visibilityState === "visible";

/** Scrolls to a message of the shown channel, reading older pages as needed. */
export async function jumpTo(id) {
	for (let pages = 0; pages < 20 && !rows.has(id); pages += 1) {
		const loading = loadOlder();
		if (!loading) break;
		await loading;
	}
	const row = rows.get(id);
	if (!row) return emit("trouble", "That message is not here any more.");
	stick = false;
	row.el.scrollIntoView({ block: "center" });
	row.el.classList.add("flash");
	row.el.tabIndex = -1;
	row.el.focus({ preventScroll: true });
	setTimeout(() => row.el.classList.remove("flash"), 2000);
}

