// The clock of the server: what the page calls "now", how it writes times,
// and the bar that moves the clock when it is a manual one.

import { $, fill, h, icon } from "./dom.js";
import { api } from "./api.js";
import { emit } from "./state.js";

let clock = { now: new Date().toISOString(), manual: false, next_wakeup: null, next_label: null };
let base = Date.now();
let readAt = performance.now();

/** The server's now in milliseconds. A manual clock stands still between events. */
export function now() {
	return clock.manual ? base : base + (performance.now() - readAt);
}

export function setClock(next) {
	if (!next?.now) return;
	clock = next;
	base = Date.parse(next.now);
	readAt = performance.now();
	drawBar();
	tick();
	emit("clock");
}

// The page speaks English, so it takes the reader's own English if there is
// one and otherwise the international order of day and month.
const LOCALE = navigator.languages?.find((l) => l.startsWith("en")) ?? "en-GB";
const format = (options) => {
	const formatter = new Intl.DateTimeFormat(LOCALE, options);
	return (ms) => formatter.format(ms);
};

const STYLES = {
	t: format({ timeStyle: "short" }),
	T: format({ timeStyle: "medium" }),
	d: format({ day: "2-digit", month: "2-digit", year: "numeric" }),
	D: format({ dateStyle: "long" }),
	f: format({ dateStyle: "long", timeStyle: "short" }),
	F: format({ dateStyle: "full", timeStyle: "short" }),
	s: format({ dateStyle: "short", timeStyle: "short" }),
	S: format({ dateStyle: "short", timeStyle: "medium" }),
};
const full = format({ dateStyle: "full", timeStyle: "long" });
const dayKeyOf = format({ year: "numeric", month: "2-digit", day: "2-digit" });
const weekday = format({ weekday: "short" });
const day = format({ day: "numeric" });
const month = format({ month: "short" });
const year = format({ year: "numeric" });
const hourMinute = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const seconds = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const utc = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" });
const utcDay = format({ weekday: "short", timeZone: "UTC" });
const zoneParts = new Intl.DateTimeFormat(LOCALE, { timeZoneName: "short" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });

const zoneName = (ms) => zoneParts.formatToParts(ms).find((p) => p.type === "timeZoneName")?.value ?? "";
const shortDay = (ms) => `${weekday(ms)} ${day(ms)} ${month(ms)}`;

/** "in 3 days", with the steps at which chat clients change the unit. */
export function relativeTo(ms, from = now()) {
	const s = (ms - from) / 1000;
	const a = Math.abs(s);
	if (a < 1) return "now";
	const steps = [[45, 1, "second"], [2700, 60, "minute"], [79200, 3600, "hour"], [2246400, 86400, "day"], [27648000, 2629800, "month"]];
	for (const [limit, unit, name] of steps) {
		if (a < limit) return relative.format(sign(s) * Math.max(1, Math.round(a / unit)), name);
	}
	return relative.format(sign(s) * Math.max(1, Math.round(a / 31557600)), "year");
}
const sign = (n) => (n < 0 ? -1 : 1);

/** `<t:unix:STYLE>` as an element; relative ones tick with the server's clock. */
export function timestamp(unix, style = "f") {
	const ms = Number(unix) * 1000;
	// Discord shows the raw text for instants that no calendar has.
	if (!(Math.abs(ms) <= 8.64e15)) return null;
	const text = style === "R" ? relativeTo(ms) : STYLES[style](ms);
	return h("time.stamp", {
		datetime: new Date(ms).toISOString(),
		title: full(ms),
		dataset: style === "R" ? { relative: String(ms) } : {},
	}, text);
}

export const dayKey = dayKeyOf;
export const dayTitle = STYLES.D;
export const fullTime = full;
export const shortTime = hourMinute;

/** The time beside an author: today and yesterday are those of the server. */
export function messageTime(ms) {
	const today = now();
	if (dayKeyOf(ms) === dayKeyOf(today)) return `Today at ${STYLES.t(ms)}`;
	if (dayKeyOf(ms) === dayKeyOf(today - 86400000)) return `Yesterday at ${STYLES.t(ms)}`;
	return `${shortDay(ms)}${year(ms) === year(today) ? "" : ` ${year(ms)}`}, ${STYLES.t(ms)}`;
}

function tick() {
	const instant = now();
	const text = $("clock-now");
	if (text) {
		setText(text, shortDay(instant));
		setText($("clock-year"), year(instant));
		setText($("clock-time"), clock.manual ? hourMinute(instant) : seconds(instant));
		setText($("clock-zone"), zoneName(instant));
		const otherDay = utcDay(instant) === weekday(instant) ? "" : `${utcDay(instant)} `;
		setText($("clock-utc"), `${otherDay}${utc(instant)} UTC`);
		const next = clock.next_wakeup && $("clock-in");
		if (next) setText(next, relativeTo(Date.parse(clock.next_wakeup)));
	}
	for (const el of document.querySelectorAll("time[data-relative]")) {
		setText(el, relativeTo(Number(el.dataset.relative)));
	}
}

// Writing the same text again would make screen readers speak it again.
function setText(el, text) {
	if (el.textContent !== text) el.textContent = text;
}

let moving = null;

async function move(button, how) {
	if (moving) return;
	moving = button;
	drawBar();
	try {
		const answer = await api.moveClock(how);
		setClock(answer?.now ? answer : await api.clock());
	} catch (error) {
		emit("trouble", error.message);
	} finally {
		moving = null;
		drawBar();
		emit("acted");
	}
}

/** Draws the bar again, keeping the keyboard on the button that was pressed. */
function drawBar() {
	const bar = $("clockbar");
	const focused = bar.contains(document.activeElement) ? document.activeElement.id : null;
	const instant = now();
	const button = (id, label, short, how, hint) => h(`button.clock-button#${id}`, {
		type: "button",
		title: hint,
		"aria-label": hint,
		"aria-disabled": moving ? "true" : null,
		class: moving === id ? "busy" : "",
		onclick: () => move(id, how),
	}, h("span.wide", label), h("span.narrow", short));

	const nextAt = clock.next_wakeup ? Date.parse(clock.next_wakeup) : null;
	const nextDay = nextAt == null ? "" : dayKeyOf(nextAt) === dayKeyOf(instant) ? "today" : shortDay(nextAt);
	fill(bar,
		h("div.clock-face", { title: full(instant) },
			icon("clock"),
			h("span#clock-now"), h("span.dim#clock-year"), h("b#clock-time"), h("span.dim#clock-zone"), h("span.dim#clock-utc")),
		clock.headline && h("b.clock-headline", clock.headline),
		h("div.clock-next", { class: moving ? "busy" : "", "aria-live": "polite" },
			moving ? h("span.clock-moving", h("i.spinner"), "Moving the clock…")
				: nextAt != null
					? [h("span.dim", "next: "), h("b", { title: full(nextAt) }, `${nextDay} ${hourMinute(nextAt)}`),
						clock.next_label && h("span.clock-label", { title: clock.next_label }, ` · ${clock.next_label}`),
						h("span.dim.clock-relative", " ", h("span#clock-in"))]
					: h("span.dim", "nothing is waiting for a time")),
		clock.manual && h("div.clock-buttons",
			nextAt != null && button("clock-go", [icon("next"), "Next wake-up"], [icon("next"), "Next"], { next: true }, "Move the clock to the next wake-up"),
			button("clock-hour", "+1 h", "+1 h", { by: 3600 }, "Move the clock one hour forward"),
			button("clock-day", "+1 day", "+1 d", { by: 86400 }, "Move the clock one day forward")),
		h("div#errors-slot"));
	tick();
	emit("clockbar");
	if (focused) $(focused)?.focus();
}

/** A running clock needs a pulse; a manual one moves by its events alone. */
export function startClock() {
	drawBar();
	setInterval(() => {
		if (!clock.manual) tick();
	}, 1000);
}
