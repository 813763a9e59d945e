// Pop-ups that hang on a control: a plain panel, and a list to choose from.

import { h, icon } from "./dom.js";

let open = null;

/** Closes whatever hangs open, and gives the keyboard back when asked. */
export function closePopup(refocus = false) {
	if (!open) return;
	const { box, anchor, onClose } = open;
	open = null;
	box.remove();
	anchor.setAttribute("aria-expanded", "false");
	onClose?.();
	if (!refocus) return;
	// The control may have been redrawn while the pop-up was open.
	const custom = anchor.dataset.custom && document.querySelector(`[data-custom="${CSS.escape(anchor.dataset.custom)}"]`);
	(anchor.isConnected ? anchor : custom)?.focus?.();
}

export const popupAnchor = () => open?.anchor ?? null;

/** Shows `content` beside `anchor`; a second call on the same anchor closes. */
export function openPopup(anchor, content, { side = "below", className = "", label = "", width = 0, onClose } = {}) {
	if (open?.anchor === anchor) return closePopup(true);
	closePopup();
	const box = h("div.popup", { class: className, role: "dialog", "aria-label": label }, content);
	// A modal dialog hides everything outside itself, so the pop-up goes inside.
	(anchor.closest("dialog") ?? document.body).append(box);
	open = { box, anchor, onClose };
	anchor.setAttribute("aria-expanded", "true");
	place(anchor, box, side, width);
	box.addEventListener("keydown", (event) => {
		if (event.key !== "Escape") return;
		event.preventDefault();
		event.stopPropagation();
		closePopup(true);
	});
	return box;
}

function place(anchor, box, side, width) {
	const at = anchor.getBoundingClientRect();
	const margin = 8;
	const wide = Math.min(Math.max(width, box.offsetWidth), innerWidth - 2 * margin);
	box.style.width = `${wide}px`;
	const below = innerHeight - at.bottom - margin - 6;
	const above = at.top - margin - 6;
	const up = side === "above" ? above > 160 || above > below : below < Math.min(box.offsetHeight, 260) && above > below;
	box.style.maxHeight = `${Math.max(140, up ? above : below)}px`;
	const left = side === "below-right" ? at.right - wide : at.left;
	box.style.left = `${Math.max(margin, Math.min(left, innerWidth - wide - margin))}px`;
	if (up) box.style.bottom = `${innerHeight - at.top + 6}px`;
	else box.style.top = `${at.bottom + 6}px`;
}

document.addEventListener("pointerdown", (event) => {
	if (open && !open.box.contains(event.target) && !open.anchor.contains(event.target)) closePopup();
}, true);
addEventListener("resize", () => closePopup());

let ids = 0;

/**
 * A listbox whose active row is moved by keys that arrive elsewhere, usually
 * in the input that it completes.
 */
export class Listbox {
	constructor({ label, multi = false, onPick }) {
		ids += 1;
		this.id = `list-${ids}`;
		this.onPick = onPick;
		this.items = [];
		this.active = -1;
		this.el = h("div.listbox", { id: this.id, role: "listbox", "aria-label": label, "aria-multiselectable": multi ? "true" : null });
		// Pressing a row must not take the keyboard away from the input.
		this.el.addEventListener("pointerdown", (event) => event.preventDefault());
	}

	/** `items`: {label, description, picture, emoji, hint, chosen, …}. */
	show(items, { active = 0, note = "" } = {}) {
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
			"aria-selected": item.chosen ? "true" : "false",
			onclick: () => this.onPick(item),
			onpointermove: () => this.activate(i, false),
		},
		item.check && h("span.box", { class: item.chosen ? "on" : "" }, item.chosen && icon("check")),
		item.picture, item.emoji,
		h("span.option-text", h("span.option-label", item.label), item.description && h("span.option-more", item.description)),
		item.hint && h("span.option-hint", item.hint));
	}

	activate(i, scroll = true) {
		const rows = this.el.querySelectorAll(".option");
		rows[this.active]?.classList.remove("active");
		this.active = i;
		rows[i]?.classList.add("active");
		if (scroll) rows[i]?.scrollIntoView({ block: "nearest" });
		this.onActive?.(rows[i]?.id ?? null);
	}

	move(step) {
		if (!this.items.length) return;
		const from = this.active < 0 && step < 0 ? 0 : this.active;
		this.activate((from + step + this.items.length) % this.items.length);
	}

	get current() {
		return this.items[this.active] ?? null;
	}
}

/** The list behind a select: one choice acts at once, several wait for Apply. */
export function openMenu(anchor, { label, options, chosen, min, max, filter, onDone }) {
	const multi = max > 1 || min === 0;
	const picked = new Set(chosen);
	const apply = h("button.button.primary", { type: "button" }, "Apply");
	const count = h("span.dim.grow", { role: "status" });
	const list = new Listbox({ label, multi, onPick: pick });
	const field = h("input.menu-filter", {
		type: "text", role: "combobox", "aria-label": `Filter: ${label}`, "aria-controls": list.id, "aria-expanded": "true",
		"aria-autocomplete": "list", placeholder: "Search…", autocomplete: "off", spellcheck: "false",
	});
	const holder = filter ? field : list.el;
	list.onActive = (id) => (id ? holder.setAttribute("aria-activedescendant", id) : holder.removeAttribute("aria-activedescendant"));

	const draw = (active = list.active) => {
		const words = field.value.trim().toLowerCase();
		const hits = options.filter((o) => !words || `${o.label} ${o.description ?? ""}`.toLowerCase().includes(words));
		list.show(hits.map((o) => ({ ...o, check: multi, chosen: picked.has(o.value) })), { active: Math.max(0, active), note: "Nothing fits." });
		count.textContent = `${picked.size} chosen${min > 0 || max < options.length ? ` · ${min === max ? min : `${min} to ${max}`} needed` : ""}`;
		apply.disabled = picked.size < min || picked.size > max;
	};

	function pick(option) {
		if (!multi) {
			closePopup(true);
			onDone([option.value]);
			return;
		}
		if (picked.has(option.value)) picked.delete(option.value);
		else if (max === 1) picked.clear(), picked.add(option.value);
		else if (picked.size < max) picked.add(option.value);
		draw();
	}

	const finish = () => {
		if (apply.disabled) return;
		closePopup(true);
		// The order of the options, not of the clicks, is the order of the values.
		onDone(options.map((o) => o.value).filter((v) => picked.has(v)));
	};
	apply.addEventListener("click", finish);
	field.addEventListener("input", () => draw(0));

	const box = openPopup(anchor, [filter && field, list.el, multi && h("div.menu-foot", count, apply)],
		{ className: "menu", label, width: anchor.offsetWidth });
	if (!box) return;
	box.addEventListener("keydown", (event) => {
		if (event.target === apply) return;
		if (event.key === "ArrowDown" || event.key === "ArrowUp") {
			event.preventDefault();
			list.move(event.key === "ArrowDown" ? 1 : -1);
		} else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
			finish();
		} else if (event.key === "Enter" || (event.key === " " && !filter)) {
			event.preventDefault();
			if (list.current) pick(list.current);
		} else if (event.key === "Tab" && !multi) {
			event.preventDefault();
			closePopup(true);
		}
	});
	if (!filter) list.el.tabIndex = 0;
	draw(Math.max(0, options.findIndex((o) => picked.has(o.value))));
	holder.focus({ preventScroll: true });
}
