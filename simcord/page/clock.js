// The clock of the server: what the page calls "now", how it writes times,
// and the bar that moves the clock when it is a manual one.

import { $, h, icon, redraw } from "./dom.js";
import { moveClock } from "./api.js";
import { emit } from "./state.js";

let clock = { now: new Date().toISOString(), manual: false };
let base = Date.now();
let readAt = performance.now();

/** The server's now in milliseconds. A manual clock stands still between events. */
export const now = () => (clock.manual ? base : base + (performance.now() - readAt));

export function setClock(next) {
	clock = next;
	base = Date.parse(next.now);
	readAt = performance.now();
	drawBar();
	emit("clock");
}

// The page speaks English, so it takes the reader's own English if there is
// one and otherwise the international order of day and month.
const LOCALE = navigator.languages?.find((l) => l.startsWith("en")) ?? "en-GB";
const format = (options) => {
	const formatter = new Intl.DateTimeFormat(LOCALE, options);
	return (ms) => formatter.format(ms);
};
const styled = (dateStyle, timeStyle) => format({ dateStyle, timeStyle });

/** Discord's styles of `<t:…>`; R is relative. */
const STYLES = {
	t: styled(undefined, "short"),
	T: styled(undefined, "medium"),
	d: format({ day: "2-digit", month: "2-digit", year: "numeric" }),
	D: styled("long"),
	f: styled("long", "short"),
	F: styled("full", "short"),
	s: styled("short", "short"),
	S: styled("short", "medium"),
};
export const fullTime = styled("full", "long");
export const dayTitle = STYLES.D;
export const dayKey = STYLES.d;
const h23 = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
export const shortTime = format(h23);
const seconds = format({ ...h23, second: "2-digit" });
const utc = format({ ...h23, weekday: "short", timeZone: "UTC" });
const shortDay = format({ weekday: "short", day: "numeric", month: "short" });
const relative = new Intl.RelativeTimeFormat("en");

/** Up to which number of seconds a unit is used, and how many it has. */
const UNITS = [[45, 1, "second"], [2700, 60, "minute"], [79200, 3600, "hour"], [2246400, 86400, "day"], [27648000, 2629800, "month"], [Infinity, 31557600, "year"]];

/** "in 3 days", with the steps at which chat clients change the unit. */
function relativeTo(ms) {
	const s = (ms - now()) / 1000;
	const a = Math.abs(s);
	if (a < 1) return "now";
	const [, unit, name] = UNITS.find(([limit]) => a < limit);
	return relative.format(Math.sign(s) * Math.max(1, Math.round(a / unit)), name);
}

/** `<t:unix:STYLE>` as an element; relative ones tick with the server's clock. */
export function timestamp(unix, style = "f") {
	const ms = Number(unix) * 1000;
	// Discord shows the raw text for instants that no calendar has.
	if (!(Math.abs(ms) <= 8.64e15)) return null;
	return h("time.stamp", {
		datetime: new Date(ms).toISOString(),
		title: fullTime(ms),
		dataset: style === "R" ? { relative: ms } : {},
	}, style === "R" ? relativeTo(ms) : STYLES[style](ms));
}

/** The time beside an author: today and yesterday are those of the server. */
export function messageTime(ms) {
	const today = now();
	if (dayKey(ms) === dayKey(today)) return `Today at ${STYLES.t(ms)}`;
	if (dayKey(ms) === dayKey(today - 86400000)) return `Yesterday at ${STYLES.t(ms)}`;
	return STYLES.s(ms);
}

function tick() {
	const instant = now();
	setText($("clock-now"), shortDay(instant));
	setText($("clock-time"), (clock.manual ? shortTime : seconds)(instant));
	// Who lives by UTC reads it once.
	setText($("clock-utc"), utc(instant).endsWith(shortTime(instant)) ? "UTC" : `· ${utc(instant)} UTC`);
	for (const el of document.querySelectorAll("[data-relative]")) setText(el, relativeTo(el.dataset.relative));
}

// Writing the same text again would make screen readers speak it again.
function setText(el, text) {
	if (el.textContent !== text) el.textContent = text;
}

let moving = false;

async function move(how) {
	if (moving) return;
	moving = true;
	drawBar();
	try {
		setClock(await moveClock(how));
	} catch (error) {
		emit("trouble", error.message);
	}
	moving = false;
	drawBar();
	emit("acted");
}

function drawBar() {
	const instant = now();
	const button = (id, how, hint, ...label) => h(`button.clock-button#${id}`, {
		title: hint,
		"aria-label": hint,
		"aria-disabled": moving && "true",
		key: id,
		onclick: () => move(how),
	}, ...label);
	const next = clock.next_wakeup && Date.parse(clock.next_wakeup);
	redraw($("clockbar"),
		h("div.clock-face", { title: fullTime(instant) },
			icon("clock"),
			h("span#clock-now"), h("b#clock-time"), h("span.dim#clock-utc")),
		clock.headline && h("b.clock-headline", clock.headline),
		h("div.clock-next", { "aria-live": "polite" },
			moving ? h("span.clock-moving", h("i.spinner"), "Moving the clock…")
				: next ? [h("span.dim", "next: "), h("b", { title: fullTime(next) }, `${dayKey(next) === dayKey(instant) ? "today" : shortDay(next)} ${shortTime(next)}`),
					clock.next_label && h("span", { title: clock.next_label }, ` · ${clock.next_label}`),
					h("span.dim", " · ", h("span", { dataset: { relative: next } }))]
					: h("span.dim", "nothing is due")),
		clock.manual && h("div.clock-buttons",
			next && button("clock-go", { next: true }, "Move the clock to the next wake-up", icon("next"), "Next"),
			button("clock-hour", { by: 3600 }, "Move the clock one hour forward", "+1 h"),
			button("clock-day", { by: 86400 }, "Move the clock one day forward", "+1 day")),
		h("div#errors-slot"));
	tick();
	emit("clockbar");
}

/** A running clock needs a pulse; a manual one moves by its events alone. */
export function startClock() {
	drawBar();
	setInterval(() => clock.manual || tick(), 1000);
}
