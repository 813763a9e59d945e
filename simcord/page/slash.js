// The form of one slash command: a typed input for each option, completions,
// and the refusal in its place.

import { append, debounce, fill, h, icon } from "./dom.js";
import { api } from "./api.js";
import { avatar } from "./message.js";
import { currentGuild, isReadable, nameOf, orderedChannels, roleColor, state } from "./state.js";

const KINDS = {
	3: "text", 4: "whole number", 5: "true or false", 6: "person", 7: "channel", 8: "role", 9: "person or role", 10: "number", 11: "file",
};

export class SlashForm {
	/** `list` is the composer's listbox; the callbacks leave the form. */
	constructor(entry, { list, onSubmit, onCancel }) {
		this.entry = entry;
		this.list = list;
		this.onSubmit = onSubmit;
		this.onCancel = onCancel;
		this.fields = [];
		this.chips = h("div.fields-row", h("span.command-name", `/${entry.name}`));
		this.more = h("span.more");
		this.about = h("p.form-about");
		this.error = h("p.problem", { role: "alert", hidden: true });
		this.el = h("div.slash-form", { role: "group", "aria-label": `Command ${entry.name}` }, this.about, this.chips, this.error);
		this.chips.append(this.more);
		for (const option of entry.options) if (option.required) this.add(option);
		this.drawMore();
		this.describe(null);
		// A command without required options still needs a place for the keyboard.
		this.el.tabIndex = -1;
		this.el.addEventListener("keydown", (event) => this.key(event));
	}

	focus() {
		const place = this.fields.find((f) => f.isEmpty()) ?? this.last ?? this.fields[0];
		(place?.input ?? this.el).focus();
	}

	add(option, raw = null) {
		let field = this.fields.find((f) => f.option.name === option.name);
		if (!field) {
			field = new Field(option, this);
			this.fields.push(field);
			this.chips.insertBefore(field.el, this.more);
			this.drawMore();
		}
		if (raw != null) field.setRaw(raw);
		return field;
	}

	remove(field) {
		if (field.option.required) return;
		const at = this.fields.indexOf(field);
		this.fields.splice(at, 1);
		field.el.remove();
		this.drawMore();
		(this.fields[at - 1]?.input ?? this.el).focus();
	}

	/** Chips for the optional options that are not in use yet. */
	drawMore() {
		const left = this.entry.options.filter((o) => !this.fields.some((f) => f.option.name === o.name));
		fill(this.more, left.map((option) => h("button.add-option", {
			type: "button",
			title: option.description,
			"aria-label": `Add ${option.name}: ${option.description ?? ""}`,
			onfocus: () => this.describe(option),
			onclick: () => this.add(option).input.focus(),
		}, "+ ", option.name)));
	}

	describe(option) {
		fill(this.about, option
			? [h("b", option.name), ` ${option.description ?? ""} `, h("span.dim", `${option.required ? "" : "optional "}${option.choices?.length ? "choice" : KINDS[option.type] ?? ""}`)]
			: [this.entry.description]);
		append(this.about, [h("span.keys", "Enter sends · Tab next · Esc leaves")]);
	}

	key(event) {
		if (event.isComposing) return;
		if (event.key === "Escape") {
			event.preventDefault();
			this.onCancel();
		} else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
			event.preventDefault();
			this.submit();
		} else if (event.key === "Backspace" && event.target === this.el) {
			event.preventDefault();
			this.onCancel();
		}
	}

	/** What has been typed so far, for autocompletion. */
	typed() {
		const values = {};
		for (const field of this.fields) if (!field.isEmpty()) values[field.option.name] = field.loose();
		return values;
	}

	submit() {
		this.setError("");
		const values = {};
		for (const field of this.fields) {
			const { value, error } = field.read();
			field.mark(Boolean(error));
			if (error) {
				this.setError(`${field.option.name}: ${error}`);
				field.input.focus();
				return;
			}
			if (value !== undefined) values[field.option.name] = value;
		}
		this.list.close();
		this.onSubmit(values);
	}

	setError(text) {
		fill(this.error, text && [icon("warn"), text]);
		this.error.hidden = !text;
	}

	setBusy(busy) {
		this.el.classList.toggle("busy", busy);
		this.el.inert = busy;
	}

	/** The raw texts, so that the arrow up can bring the command back. */
	remember() {
		return this.fields.map((f) => ({ name: f.option.name, text: f.input.value, picked: f.picked }));
	}

	recall(memory) {
		for (const { name, text, picked } of memory) {
			const option = this.entry.options.find((o) => o.name === name);
			if (!option) continue;
			const field = this.add(option);
			field.input.value = text;
			field.picked = picked;
			field.resize();
		}
	}
}

class Field {
	constructor(option, form) {
		this.option = option;
		this.form = form;
		this.picked = null;
		this.asked = 0;
		this.input = h("input", {
			type: "text",
			role: "combobox",
			autocomplete: "off",
			spellcheck: option.type === 3 && !option.autocomplete ? "true" : "false",
			inputmode: option.type === 4 ? "numeric" : option.type === 10 ? "decimal" : null,
			maxlength: option.type === 3 ? option.max_length ?? 6000 : null,
			"aria-label": `${option.name}${option.required ? ", required" : ""}: ${option.description ?? ""}`,
			"aria-autocomplete": "list",
			"aria-controls": form.list.id,
			"aria-expanded": "false",
		});
		this.el = h("label.field", { class: option.required ? "required" : "" }, h("span.field-name", option.name), this.input);
		this.input.addEventListener("focus", () => this.enter());
		this.input.addEventListener("blur", () => this.leave());
		this.input.addEventListener("input", () => {
			this.picked = null;
			this.mark(false);
			this.form.setError("");
			if (this.otherOption()) return;
			this.resize();
			this.suggest();
		});
		this.input.addEventListener("keydown", (event) => this.key(event));
		this.ask = debounce(180, () => this.complete());
		this.resize();
	}

	/** Typing `version:` leads to that option, as people know it. */
	otherOption() {
		const match = /^(|.*\s)([-\w\p{L}]+):$/u.exec(this.input.value);
		const option = match && this.form.entry.options.find((o) => o.name === match[2]);
		if (!option) return false;
		this.input.value = match[1].trimEnd();
		this.resize();
		const field = this.form.add(option);
		if (field === this) this.suggest();
		else field.input.focus();
		field.written = true;
		return true;
	}

	// An input cannot grow with its text by style alone.
	resize() {
		this.input.size = Math.max(6, Math.min(48, this.input.value.length + 1));
	}

	mark(bad) {
		this.el.classList.toggle("bad", bad);
		this.input.setAttribute("aria-invalid", String(bad));
	}

	isEmpty() {
		return this.input.value.trim() === "";
	}

	setRaw(raw) {
		this.input.value = raw;
		this.resize();
		const match = this.candidates()?.find((c) => c.label.toLowerCase() === raw.toLowerCase() || String(c.value) === raw);
		this.picked = match ?? null;
		if (match) this.input.value = match.label;
	}

	enter() {
		this.form.last = this;
		this.form.describe(this.option);
		this.form.list.own(this.input, (item) => this.pick(item));
		if (!this.picked) this.suggest();
	}

	leave() {
		this.ask.cancel();
		this.asked += 1;
		this.form.list.close(this.input);
	}

	/** Everything this option can be, or nothing when any text will do. */
	candidates() {
		const { type, choices } = this.option;
		const guild = currentGuild();
		if (choices?.length) return choices.map((c) => ({ label: c.name, value: c.value }));
		if (type === 5) return [{ label: "True", value: true }, { label: "False", value: false }];
		const people = () => (guild?.members ?? []).map((m) => ({
			label: nameOf(m.user), value: m.user.id, hint: m.user.username, picture: avatar(m.user, "small"),
		}));
		const roles = () => (guild?.roles ?? []).filter((r) => r.id !== guild.id).sort((a, b) => b.position - a.position)
			.map((r) => ({ label: r.name, value: r.id, picture: h("span.dot", { vars: { "--c": roleColor(r) } }) }));
		if (type === 6) return people();
		if (type === 8) return roles();
		if (type === 9) return [...people(), ...roles()];
		if (type === 7) {
			const types = this.option.channel_types?.length ? new Set(this.option.channel_types) : null;
			const shown = guild ? orderedChannels(guild).flatMap((g) => [g.category, ...g.channels].filter(Boolean)) : [];
			return shown.filter((c) => (types ? types.has(c.type) : isReadable(c)))
				.map((c) => ({ label: c.type === 4 ? c.name : `#${c.name}`, value: c.id }));
		}
		return null;
	}

	suggest() {
		if (this.option.autocomplete) {
			this.form.list.note("Looking…");
			this.ask();
			return;
		}
		const all = this.candidates();
		if (!all) return this.form.list.close();
		const words = this.input.value.trim().replace(/^[@#]/, "").toLowerCase();
		const hits = all.filter((c) => `${c.label} ${c.hint ?? ""}`.toLowerCase().includes(words)).slice(0, 25);
		this.offer(hits, "Nothing has this name.");
	}

	async complete() {
		const turn = (this.asked += 1);
		const options = { ...this.form.typed(), [this.option.name]: this.input.value };
		try {
			const outcome = await api.autocomplete(state.me.id, state.channelId, this.form.entry.name, options, this.option.name);
			// Only the answer to the newest question counts.
			if (turn !== this.asked || document.activeElement !== this.input) return;
			if (outcome.state === "failed") this.form.list.note(outcome.error || "Loading options failed");
			else this.offer((outcome.choices ?? []).map((c) => ({ label: c.name, value: c.value })), "No options match your search.");
		} catch (error) {
			if (turn === this.asked) this.form.list.note(error.message);
		}
	}

	offer(items, note) {
		// In an empty optional input Enter should send, not take a suggestion.
		// Neither in one that already holds a whole choice.
		const text = this.input.value.trim();
		const whole = items.some((i) => i.label === text || String(i.value) === text);
		const active = !whole && (this.option.required || text) ? 0 : -1;
		this.form.list.open(items, { active, note, heading: `${this.option.name}` });
	}

	pick(item) {
		this.picked = item;
		this.input.value = item.label;
		this.mark(false);
		this.resize();
		this.form.list.close();
		const next = this.form.fields.find((f) => f.isEmpty() && f.option.required);
		next?.input.focus();
	}

	key(event) {
		const list = this.form.list;
		if (event.isComposing) return;
		if ((event.key === "ArrowDown" || event.key === "ArrowUp")) {
			event.preventDefault();
			if (list.isOpen) list.move(event.key === "ArrowDown" ? 1 : -1);
			else this.suggest();
		} else if (event.key === "Escape" && list.isOpen) {
			event.preventDefault();
			event.stopPropagation();
			list.close();
		} else if (event.key === "Enter" && list.isOpen && list.current) {
			event.preventDefault();
			event.stopPropagation();
			this.pick(list.current);
		} else if (event.key === "Tab" && !event.shiftKey && list.isOpen && list.current && !this.isEmpty()) {
			const before = document.activeElement;
			this.pick(list.current);
			// Picking has moved on already when another required input was empty.
			if (document.activeElement !== before) event.preventDefault();
		} else if (event.key === "Backspace" && this.input.value === "") {
			event.preventDefault();
			if (this.option.required) {
				const at = this.form.fields.indexOf(this);
				if (at === 0) this.form.onCancel();
				else this.form.fields[at - 1].input.focus();
			} else {
				this.form.remove(this);
			}
		}
	}

	/** The value as far as it is known, for autocompletion. */
	loose() {
		const { value } = this.read();
		return value ?? this.input.value;
	}

	/** The value to send, or why there is none. */
	read() {
		const whole = this.input.value.trim();
		// Who writes `title:"two words"` means the words without the marks.
		const text = this.written ? whole.replace(/^"(.*)"$/s, "$1") : whole;
		const { type, required, min_value: low, max_value: high, min_length: shortest } = this.option;
		if (!text) return required ? { error: "a value is needed." } : {};
		if (this.picked) return { value: this.picked.value };
		const all = this.candidates();
		if (all) {
			const bare = text.replace(/^[@#]/, "").toLowerCase();
			const match = all.find((c) => c.label.replace(/^#/, "").toLowerCase() === bare || c.hint?.toLowerCase() === bare);
			return match ? { value: match.value } : { error: `“${text}” is not one of the choices.` };
		}
		if (type === 4 || type === 10) {
			const number = Number(text);
			const fits = type === 4 ? /^[+-]?\d+$/.test(text) && Number.isSafeInteger(number) : Number.isFinite(number);
			if (!fits) return { error: `“${text}” is not a ${KINDS[type]}.` };
			if (low != null && number < low) return { error: `at least ${low}.` };
			if (high != null && number > high) return { error: `at most ${high}.` };
			return { value: number };
		}
		if (shortest && [...text].length < shortest) return { error: `at least ${shortest} characters.` };
		return { value: text };
	}
}

/** Reads `name:value title:"two words"` behind a command that was typed out. */
export function parseOptions(text) {
	const found = [];
	for (const m of text.matchAll(/([-\w\p{L}]+):(?:"((?:\\.|[^"\\])*)"|(\S+))/gu)) {
		found.push({ name: m[1], raw: m[2] != null ? m[2].replace(/\\(.)/g, "$1") : m[3] });
	}
	return found;
}
