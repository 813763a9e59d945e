// Pop-ups that hang on a control: a plain panel, and a list to choose from.

import { h, icon } from "./dom.js";
import { fitting } from "./choices.js";

let open = null;

/** Closes whatever hangs open, and gives the keyboard back when asked. */
export function closePopup(refocus) {
	if (!open) return;
	const { box, anchor, onClose } = open;
	open = null;
	box.remove();
	anchor.setAttribute("aria-expanded", "false");
	onClose?.();
	if (refocus) anchor.focus();
}

export const popupAnchor = () => open?.anchor ?? null;

/** The control behind the pop-up was drawn anew: it hangs on the new one. */
export function hangOn(anchor) {
	open.anchor = anchor;
	anchor.setAttribute("aria-expanded", "true");
}

/** Shows `content` beside `anchor`; a second call on the same anchor closes. */
export function openPopup(anchor, content, { side, className, label, width = 0, onClose }) {
	if (open?.anchor === anchor) return closePopup(true);
	closePopup();
	const box = h("div.popup", { class: className, role: "dialog", "aria-label": label, tabindex: "-1", onkeydown: (event) => {
		if (event.key !== "Escape") return;
		event.preventDefault();
		event.stopPropagation();
		closePopup(true);
	} }, content);
	// A modal dialog hides everything outside itself, so the pop-up goes inside.
	(anchor.closest("dialog") ?? document.body).append(box);
	open = { box, onClose };
	hangOn(anchor);
	place(anchor.getBoundingClientRect(), box, side, width);
	box.focus();
	return box;
}

function place(at, box, side, width) {
	const gap = 6;
	const wide = Math.min(Math.max(width, box.offsetWidth), innerWidth - 2 * gap);
	const below = innerHeight - at.bottom - 2 * gap;
	const above = at.top - 2 * gap;
	const up = side === "above" || (below < Math.min(box.offsetHeight, 260) && above > below);
	const left = side === "right" ? at.right - wide : at.left;
	Object.assign(box.style, {
		width: `${wide}px`,
		maxHeight: `${Math.max(140, up ? above : below)}px`,
		left: `${Math.max(gap, Math.min(left, innerWidth - wide - gap))}px`,
		[up ? "bottom" : "top"]: `${(up ? innerHeight - at.top : at.bottom) + gap}px`,
	});
}

document.addEventListener("pointerdown", (event) => {
	if (open && !open.box.contains(event.target) && !open.anchor.contains(event.target)) closePopup();
}, true);
addEventListener("resize", () => closePopup());

let ids = 0;

/** A listbox whose active row is moved by keys that arrive elsewhere, usually in the input that it completes. */
export class Listbox {
	items = [];
	active = -1;

	constructor({ label, multi = false, onPick }) {
		this.id = `list-${(ids += 1)}`;
		this.onPick = onPick;
		this.el = h("div.listbox", {
			id: this.id, role: "listbox", "aria-label": label, "aria-multiselectable": multi && "true",
			// Pressing a row must not take the keyboard away from the input.
			onpointerdown: (event) => event.preventDefault(),
		});
	}

	show(items, { active = 0, note } = {}) {
		this.items = items;
		this.el.replaceChildren(...items.map((item, i) => this.row(item, i)));
		if (!items.length && note) this.el.append(h("p.list-note", note));
		this.active = -1;
		this.activate(Math.min(active, items.length - 1));
	}

	row(item, i) {
		return h("div.option", {
			id: `${this.id}-${i}`,
			role: "option",
			"aria-selected": String(Boolean(item.chosen)),
			onclick: () => this.onPick(item),
			onpointermove: () => this.activate(i, false),
		},
		item.check && h("span.tick", { class: item.chosen && "on" }, item.chosen && icon("check")),
		item.picture, item.emoji,
		h("span.option-text", h("span", item.label), item.description && h("span.option-more", item.description)),
		item.hint && h("span.option-hint", item.hint));
	}

	activate(i, scroll = true) {
		this.el.children[this.active]?.classList.remove("active");
		this.active = i;
		const row = this.items[i] && this.el.children[i];
		row?.classList.add("active");
		if (scroll) row?.scrollIntoView({ block: "nearest" });
		// Whoever has the keyboard says which row is meant.
		if (row) this.input?.setAttribute("aria-activedescendant", row.id);
		else this.input?.removeAttribute("aria-activedescendant");
	}

	move(step) {
		const { length } = this.items;
		if (length) this.activate((Math.max(this.active, step < 0 ? 0 : -1) + step + length) % length);
	}

	get current() {
		return this.items[this.active] ?? null;
	}
}

export function openMenu(anchor, { label, options, chosen, min, max, filter, onDone }) {
	const multi = max > 1 || min === 0;
	const picked = new Set(chosen);
	const fits = () => picked.size >= min && picked.size <= max;
	const finish = () => {
		if (!fits()) return;
		closePopup(true);
		// The order of the options, not of the clicks, is the order of the values.
		onDone(options.map((o) => o.value).filter((v) => picked.has(v)));
	};
	const apply = h("button.button.primary", { onclick: finish }, "Apply");
	const count = h("span.dim.grow", { role: "status" });
	const list = new Listbox({ label, multi, onPick: pick });
	const field = h("input.menu-filter", {
		type: "text", role: "combobox", "aria-label": `Filter: ${label}`, "aria-controls": list.id, "aria-expanded": "true",
		"aria-autocomplete": "list", placeholder: "Search…", autocomplete: "off", spellcheck: "false", oninput: () => draw(0),
	});
	list.input = filter ? field : list.el;
	list.el.tabIndex = filter ? -1 : 0;

	function draw(active = list.active) {
		const rows = fitting(options, field.value).map((o) => ({ ...o, check: multi, chosen: picked.has(o.value) }));
		list.show(rows, { active: Math.max(0, active), note: "Nothing fits." });
		count.textContent = `${picked.size} chosen · ${min === max ? "" : `${min} to `}${max} needed`;
		apply.disabled = !fits();
	}

	function pick({ value }) {
		if (!multi) {
			picked.clear();
			picked.add(value);
			return finish();
		}
		if (!picked.delete(value)) {
			if (max === 1) picked.clear();
			if (picked.size < max) picked.add(value);
		}
		draw();
	}

	// How high it is decides on which side of the anchor it opens.
	draw();
	const box = openPopup(anchor, [filter && field, list.el, multi && h("div.menu-foot", count, apply)],
		{ className: "menu", label, width: anchor.offsetWidth });
	if (!box) return;
	box.addEventListener("keydown", (event) => {
		const { key, target } = event;
		if (target === apply || !(key.startsWith("Arrow") || key === "Enter" || (key === " " && !filter) || (key === "Tab" && !multi))) return;
		event.preventDefault();
		if (key === "Tab") closePopup(true);
		else if (key.startsWith("Arrow")) list.move(key === "ArrowDown" ? 1 : -1);
		else if (event.ctrlKey || event.metaKey) finish();
		else if (list.current) pick(list.current);
	});
	draw(Math.max(0, options.findIndex((o) => picked.has(o.value))));
	list.input.focus({ preventScroll: true });
}
