// The message pane: rows kept in step without flashes and without moving what is read. However long a channel
// is, only a window of its messages has rows.

import { $, byKey, compareIds, debounce, h } from "./dom.js";
import { act, ask } from "./api.js";
import { dayKey, dayTitle, messageTime } from "./clock.js";
import { continues, messageRow } from "./message.js";
import { closePopup, hangOn, popupAnchor } from "./menu.js";
import { currentChannel, emit, forgetOld, historyOf, on, placeName, state } from "./state.js";

const PAGE = 50;
const WINDOW = 120;
/** By how many messages the window moves when its edge comes near. */
const STEP = 20;
const NEAR = 600;

const rows = new Map();
const signatures = new WeakMap();
let shownChannel = null;
let stick = true;
/** The message that the window begins with; none when it ends with the newest. */
let from = null;
let fresh = 0;
let firstUnread = null;
let names = "";

const log = $("log");
const page = (channel, query) => ask(`channels/${channel}/messages`, { limit: PAGE, ...query });

export function startTimeline() {
	log.addEventListener("scroll", scrolled);
	$("pill").addEventListener("click", toBottom);
	// A composer that grows or a keyboard that opens must not hide the end.
	new ResizeObserver(() => stick && toBottom()).observe(log);
	log.addEventListener("load", () => stick && toBottom(), true);
	document.addEventListener("visibilitychange", markRead);
	on("messages", ({ channel }) => channel === state.channelId && reconcile());
	on("clock", reconcile);
	on("world", () => {
		names = namesInUse();
		reconcile();
	});
}

function namesInUse() {
	return JSON.stringify([state.commands.map((c) => c.name), state.guilds.map((g) => [
		g.roles.map((r) => [r.name, r.color]), g.members.map((m) => [m.display_name, m.roles]), g.channels.map((c) => c.name),
	])]);
}

export async function showChannel() {
	const channel = currentChannel();
	closePopup();
	if (shownChannel) forgetOld(shownChannel);
	rows.clear();
	log.replaceChildren();
	shownChannel = channel?.id ?? null;
	stick = true;
	from = firstUnread = null;
	fresh = 0;
	drawPill();
	if (!channel) return;
	const history = historyOf(channel.id);
	const { unread } = channel.simcord;
	if (history.loaded) reconcile();
	else log.append(h("p.log-note", h("i.spinner"), "Loading…"));
	try {
		await load(channel.id);
		if (shownChannel !== channel.id) return;
		const others = visible().filter((m) => m.author.id !== state.me.id);
		firstUnread = unread > 0 ? others.at(-Math.min(unread, others.length))?.id : null;
		toBottom();
		markRead();
	} catch (error) {
		if (shownChannel === channel.id && !history.loaded) log.replaceChildren(h("p.log-note.bad", error.message));
	}
}

export async function refreshChannel() {
	try {
		await load(shownChannel);
		reconcile();
		markRead();
	} catch (error) {
		emit("trouble", error.message);
	}
}

export const isShown = (channelId) => shownChannel === channelId && historyOf(channelId).loaded;

/** Reads the newest page again; what it no longer holds has been deleted. */
async function load(channelId) {
	const list = await page(channelId);
	const history = historyOf(channelId);
	const side = (sign, end) => history.list.filter((m) => end && compareIds(m.id, end.id) * sign > 0);
	// Older pages stay when this one joins on; between them and single messages of events may be a gap.
	const older = history.loaded && side(1, list[0]).length ? side(-1, list[0]) : [];
	history.list = [...older, ...list, ...side(1, list.at(-1))];
	if (!history.loaded || !older.length) history.complete = list.length < PAGE;
	history.loaded = true;
}

let loadingOlder = null;

function loadOlder() {
	const history = historyOf(shownChannel);
	if (!history.loaded || history.complete || !history.list.length) return false;
	loadingOlder ??= (async () => {
		try {
			const list = await page(shownChannel, { before: history.list[0].id });
			history.list = [...list, ...history.list];
			history.complete = list.length < PAGE;
			return true;
		} catch (error) {
			emit("trouble", error.message);
			return false;
		} finally {
			loadingOlder = null;
		}
	})();
	return loadingOlder;
}

const visible = () => historyOf(shownChannel).list.filter((m) => !state.dismissed.has(m.id));

function span(list) {
	const at = from ? list.findIndex((m) => compareIds(m.id, from) >= 0) : -1;
	const start = at < 0 ? Math.max(0, list.length - WINDOW) : at;
	return { start, end: Math.min(list.length, start + WINDOW) };
}

async function scrolled() {
	const below = log.scrollHeight - log.scrollTop - log.clientHeight;
	const list = visible();
	const { start, end } = span(list);
	const sticks = below < 40 && end === list.length;
	if (sticks) {
		fresh = 0;
		from = null;
		markRead();
	} else if (stick) {
		// What comes from now on must not push away what is being read.
		from = list[start]?.id ?? null;
	}
	stick = sticks;
	drawPill();
	if (log.scrollTop < NEAR) await moveUp();
	else if (below < NEAR && end < list.length) moveTo(start + STEP);
}

async function moveUp() {
	const channel = shownChannel;
	if (!channel) return;
	if (span(visible()).start < STEP) await loadOlder();
	if (shownChannel !== channel) return;
	const { start } = span(visible());
	if (start > 0) moveTo(Math.max(0, start - STEP));
	else reconcile();
}

function moveTo(start) {
	from = visible()[start]?.id ?? null;
	reconcile();
}

/** What the pane should show, in order: key, signature, and how to build it. */
function wanted() {
	const out = [];
	let before = null;
	let day = null;
	const list = visible();
	const { start, end } = span(list);
	if (historyOf(shownChannel).complete && start === 0) out.push({ key: "start", sign: currentChannel().name, build: startRow });
	for (const message of list.slice(start, end)) {
		const sent = Date.parse(message.timestamp);
		const line = (key, sign, text, style) => {
			out.push({ key, sign, build: () => h("div.divider", { class: style }, h("span", text)) });
			before = null;
		};
		if (dayKey(sent) !== day) {
			day = dayKey(sent);
			line(`day ${day}`, day, dayTitle(sent));
		}
		if (message.id === firstUnread) line("new", message.id, "New", "new");
		const grouped = continues(message, before);
		if (!signatures.has(message)) signatures.set(message, JSON.stringify(message));
		out.push({
			key: message.id,
			sign: [signatures.get(message), grouped, grouped || messageTime(sent), state.busy.get(message.id), state.problems.get(message.id), names].join("\0"),
			build: () => messageRow(message, grouped),
		});
		before = message;
	}
	return out;
}

function startRow() {
	const channel = currentChannel();
	const name = placeName(channel);
	return h("div.log-start", h("h2", channel.guild_id ? `Welcome to ${name}` : name), h("p.dim", channel.topic || `This is the beginning of ${name}.`));
}

function reconcile() {
	if (!shownChannel || !currentChannel() || !historyOf(shownChannel).loaded) return;
	const plan = wanted();
	const keys = new Set(plan.map((p) => p.key));
	const anchor = stick ? null : firstVisible(keys);
	for (const [key, row] of rows) {
		if (keys.has(key)) continue;
		row.el.remove();
		rows.delete(key);
	}
	log.querySelector(":scope > .log-note")?.remove();
	let cursor = log.firstChild;
	for (const { key, sign, build } of plan) {
		let row = rows.get(key);
		if (!row) {
			const el = build();
			row = { el, sign };
			rows.set(key, row);
			// A new row is spoken once; what changes in it later is not read out again.
			setTimeout(() => el.setAttribute("aria-live", "off"), 1500);
		} else if (row.sign !== sign) {
			const el = build();
			el.setAttribute("aria-live", "off");
			if (cursor === row.el) cursor = el;
			replace(row.el, el);
			Object.assign(row, { el, sign });
		}
		if (row.el === cursor) cursor = cursor.nextSibling;
		else log.insertBefore(row.el, cursor);
	}
	if (!visible().length) log.append(h("p.log-note", "Nothing has been written here yet."));
	if (stick) log.scrollTop = log.scrollHeight;
	else if (anchor) log.scrollTop += rows.get(anchor.key).el.getBoundingClientRect().top - anchor.top;
	drawPill();
}

/** Puts a redrawn row in place with the keyboard, open spoilers and an open list kept. */
function replace(old, el) {
	const find = (control) => byKey(el, control.dataset.key);
	const focus = old.contains(document.activeElement) ? document.activeElement : null;
	const opened = [...old.querySelectorAll(".spoiler")].map((s) => s.classList.contains("open"));
	el.querySelectorAll(".spoiler").forEach((s, i) => opened[i] && s.click());
	const anchor = popupAnchor();
	old.replaceWith(el);
	if (anchor && old.contains(anchor)) {
		if (find(anchor)) hangOn(find(anchor));
		else closePopup();
	}
	if (focus) (find(focus) || el.querySelector(".smile") || log).focus({ preventScroll: true });
}

function firstVisible(keys) {
	const { top } = log.getBoundingClientRect();
	let best = null;
	for (const [key, row] of rows) {
		if (!keys.has(key)) continue;
		const box = row.el.getBoundingClientRect();
		if (box.bottom > top && (!best || box.top < best.top)) best = { key, top: box.top };
	}
	return best;
}

export function toBottom() {
	stick = true;
	from = null;
	reconcile();
	log.scrollTop = log.scrollHeight;
}

export function arrived(message) {
	const asked = message.interaction_metadata;
	// One's own words and the answer to one's own command are worth the jump. The answer to a button is not: the
	// buttons would move from under the hand.
	if (message.author.id === state.me.id || (asked?.type === 2 && asked.user?.id === state.me.id)) {
		stick = true;
		from = null;
	} else if (!stick) fresh += 1;
}

function drawPill() {
	const pill = $("pill");
	pill.hidden = stick;
	pill.classList.toggle("fresh", fresh > 0);
	pill.textContent = fresh > 0 ? `New messages: ${fresh} ↓` : "To the newest ↓";
}

/** A person has read what is on the screen of a visible tab. */
export const markRead = debounce(150, () => {
	const channel = currentChannel();
	if (!channel || !isReading(channel.id) || !(channel.simcord.unread || channel.simcord.mentions)) return;
	channel.simcord.unread = channel.simcord.mentions = 0;
	emit("counts", channel);
	act("read", { channel: channel.id }).catch(() => {});
});

export const isReading = (channelId) => channelId === state.channelId && stick && !document.hidden;

/** Scrolls to a message of the shown channel, reading older pages as needed. */
export async function jumpTo(id) {
	const place = () => visible().findIndex((m) => m.id === id);
	for (let pages = 0; pages < 40 && place() < 0; pages += 1) if (!(await loadOlder())) break;
	if (place() < 0) return emit("trouble", "That message is not here any more.");
	stick = false;
	if (!rows.has(id)) moveTo(Math.max(0, place() - STEP));
	const { el } = rows.get(id);
	el.scrollIntoView({ block: "center" });
	el.classList.add("flash");
	el.tabIndex = -1;
	el.focus({ preventScroll: true });
	setTimeout(() => el.classList.remove("flash"), 2000);
}
