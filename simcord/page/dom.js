// Building blocks for the page. Everything a person or a bot wrote becomes a
// text node here, because text that is never parsed as HTML cannot run.

/** h("div.card#id", {props}, ...children): one element. */
export function h(spec, props, ...children) {
	const [, tag, rest] = /^([a-z0-9]*)(.*)$/.exec(spec);
	const el = document.createElement(tag || "div");
	if (tag === "button") el.type = "button";
	for (const part of rest.match(/[.#][^.#]+/g) ?? []) {
		if (part[0] === ".") el.classList.add(part.slice(1));
		else el.id = part.slice(1);
	}
	if (props != null && (typeof props !== "object" || props instanceof Node || Array.isArray(props))) {
		children.unshift(props);
		props = null;
	}
	for (const [name, value] of Object.entries(props ?? {})) setProp(el, name, value);
	append(el, children);
	return el;
}

function setProp(el, name, value) {
	if (value == null || value === false) return;
	if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
	else if (name === "class") el.className += ` ${[value].flat().filter(Boolean).join(" ")}`;
	else if (name === "key") el.dataset.key = value;
	else if (name === "dataset") Object.assign(el.dataset, value);
	// The content security policy refuses style attributes.
	else if (name === "vars") for (const [k, v] of Object.entries(value)) v != null && el.style.setProperty(k, v);
	else if (name === "value") el.value = value;
	else el.setAttribute(name, value === true ? "" : value);
}

export function append(el, children) {
	for (const child of children.flat(Infinity)) {
		if (child == null || child === false || child === "") continue;
		el.append(child instanceof Node ? child : String(child));
	}
	return el;
}

export function fill(el, ...children) {
	el.replaceChildren();
	return append(el, children);
}

export const $ = (id) => document.getElementById(id);

const PATHS = {
	hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
	speaker: "M4 9v6h4l5 4V5L8 9zM17 9a4 4 0 0 1 0 6",
	mail: "M3 6h18v12H3zM3 7l9 7 9-7",
	thread: "M5 5h14v10h-7l-4 4v-4H5zM8.5 9h7M8.5 12h4",
	smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 10h.1M15 10h.1M8 14q4 4 8 0",
	apps: "M5 12h.1M12 12h.1M19 12h.1",
	horn: "M4 10v4h4l9 4V6l-9 4zM8 14v5",
	pin: "M9 3h6l-1 7 4 4H6l4-4zM12 14v7",
	people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4a3.5 3.5 0 0 1 0 7M18 14a7 7 0 0 1 4 6",
	menu: "M4 6h16M4 12h16M4 18h16",
	close: "M6 6l12 12M18 6 6 18",
	down: "M6 9l6 6 6-6",
	up: "M6 15l6-6 6 6",
	clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
	next: "M5 5l9 7-9 7zM19 5v14",
	warn: "M12 3 2.5 20h19zM12 10v4M12 17.2v.1",
	out: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
	eye: "M2 12q10-14 20 0-10 14-20 0zM12 14v-4",
	send: "M4 4l17 8-17 8 3-8zM7 12h7",
	check: "M5 12.5l4.5 4.5L19 7",
	slash: "M15 4 9 20",
	clip: "M12 5v14M5 12h14",
	file: "M6 3h8l5 5v13H6zM14 3v5h5",
	at: "M16 12a4 4 0 1 0-8 0 4 4 0 0 0 8 0zq1 5 5 0a9 9 0 1 0-4 7.5",
};

/** A line icon; decorative, so the control around it carries the label. */
export function icon(name) {
	const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
	svg.setAttribute("viewBox", "0 0 24 24");
	svg.setAttribute("aria-hidden", "true");
	svg.classList.add("icon");
	path.setAttribute("d", PATHS[name] ?? "");
	svg.append(path);
	return svg;
}

export function iconButton(name, label, onclick, extra) {
	return h("button.icon-button", { "aria-label": label, title: label, onclick, ...extra }, icon(name));
}

/** The arrows, Home and End go through what `selector` finds in the box, which is one stop of the Tab key. */
export function roving(box, selector) {
	const all = () => [...box.querySelectorAll(selector)];
	const stop = (at) => all().forEach((el) => (el.tabIndex = el === at ? 0 : -1));
	box.addEventListener("focusin", (event) => event.target.matches(selector) && stop(event.target));
	box.addEventListener("keydown", (event) => {
		const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
		if (!step || event.altKey) return;
		event.preventDefault();
		const list = all();
		const to = list.indexOf(document.activeElement) + step;
		list[Math.max(0, Math.min(list.length - 1, to))]?.focus();
	});
	return () => stop(box.querySelector("[aria-current]") ?? box.querySelector(selector));
}

/** Draws a box anew with the keyboard left on the control of the same `data-key`. */
export function redraw(box, ...children) {
	clearTimeout(box.waits);
	// A press has to end on the button that it began on.
	if (box.matches(":active")) return (box.waits = setTimeout(redraw, 50, box, ...children));
	const key = box.contains(document.activeElement) && document.activeElement.dataset.key;
	const scroll = box.scrollTop;
	fill(box, ...children);
	box.scrollTop = scroll;
	if (key) byKey(box, key)?.focus({ preventScroll: true });
}

/** The control of this `key` in a box. */
export const byKey = (box, key) => key && box.querySelector(`[data-key="${CSS.escape(key)}"]`);

export const outside = (href, title = href) => ({ href, title, target: "_blank", rel: "noopener noreferrer" });

/** `#rrggbb` of Discord's number for a colour; 0 and nothing are none. */
export const hex = (number) => (number ? `#${number.toString(16).padStart(6, "0")}` : null);

export function debounce(ms, fn) {
	let timer;
	const run = (...args) => {
		clearTimeout(timer);
		timer = setTimeout(fn, ms, ...args);
	};
	run.cancel = () => clearTimeout(timer);
	return run;
}

/** Order of two snowflakes, which are too long for a JavaScript number. */
export const compareIds = (a, b) => Number(BigInt(a) - BigInt(b));

export function initials(name) {
	const [first = "?", second] = name.match(/[\p{L}\p{N}]+/gu) ?? [];
	return (second ? [...first][0] + [...second][0] : [...first].slice(0, 2).join("")).toUpperCase();
}
