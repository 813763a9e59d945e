// The form of one slash command: a typed input for each option, completions, and the refusal in its place.

import { debounce, fill, h, icon } from "./dom.js";
import { act, upload } from "./api.js";
import { channels, fitting, people, roles } from "./choices.js";
import { state } from "./state.js";

const FILE = 11;
const KINDS = {
	3: "text", 4: "whole number", 5: "true or false", 6: "person", 7: "channel", 8: "role", 9: "person or role", 10: "number", [FILE]: "file",
};

/** `list` is the composer's listbox; the callbacks leave the form. */
export function slashForm(entry, { list, onSubmit, onCancel }) {
	const fields = [];
	let last = null;
	const more = h("span.more");
	const about = h("p.form-about");
	const error = h("p.problem", { role: "alert", hidden: true });
	// A command without required options still needs a place for the keyboard.
	const el = h("div.slash-form", { role: "group", tabindex: "-1", "aria-label": `Command ${entry.name}`, onkeydown: key },
		about, h("div.fields-row", h("span.command-name", `/${entry.name}`), more), error);

	const form = {
		entry, el, list, add, setError, submit,
		option: (name) => entry.options.find((o) => o.name === name),
		focus() {
			const place = fields.find((f) => f.isEmpty()) ?? last ?? fields[0];
			(place?.input ?? el).focus();
		},
		setBusy(busy) {
			el.classList.toggle("busy", busy);
			el.inert = busy;
		},
		typed: () => Object.fromEntries(fields.filter((f) => !f.isEmpty()).map((f) => [f.option.name, f.read().value ?? f.input.value])),
		entered(field) {
			last = field;
			describe(field.option);
		},
		next: () => fields.find((f) => f.isEmpty() && f.option.required)?.input.focus(),
		/** The option is not wanted; a required one stays, and the keyboard goes to the one before. */
		back(field) {
			const at = fields.indexOf(field);
			if (field.option.required && at === 0) return onCancel();
			if (!field.option.required) {
				fields.splice(at, 1);
				field.el.remove();
				drawMore();
			}
			(fields[at - 1]?.input ?? el).focus();
		},
	};

	/** The field of an option; it may hold what was typed out. */
	function add(option, raw) {
		let field = fields.find((f) => f.option === option);
		if (!field) {
			field = makeField(option, form);
			fields.push(field);
			more.before(field.el);
			drawMore();
		}
		if (raw != null) field.setRaw(raw);
		return field;
	}

	function drawMore() {
		const left = entry.options.filter((o) => !fields.some((f) => f.option === o));
		fill(more, left.map((option) => h("button.add-option", {
			title: option.description,
			"aria-label": `Add ${option.name}: ${option.description}`,
			onfocus: () => describe(option),
			onclick: () => add(option).input.focus(),
		}, "+ ", option.name)));
	}

	function describe(option) {
		fill(about, option
			? [h("b", option.name), ` ${option.description} `, h("span.dim", `${option.required ? "" : "optional "}${option.choices?.length ? "choice" : KINDS[option.type]}`)]
			: entry.description, h("span.keys", "Enter sends · Tab next · Esc leaves"));
	}

	function key(event) {
		if (event.isComposing) return;
		const leaves = event.key === "Escape" || (event.key === "Backspace" && event.target === el);
		if (!leaves && !(event.key === "Enter" && event.target.tagName !== "BUTTON")) return;
		event.preventDefault();
		if (leaves) onCancel();
		else submit();
	}

	function submit() {
		setError("");
		const values = {};
		for (const field of fields) {
			const { value, error: wrong } = field.read();
			field.mark(Boolean(wrong));
			if (wrong) {
				setError(`${field.option.name}: ${wrong}`);
				return field.input.focus();
			}
			if (value !== undefined) values[field.option.name] = value;
		}
		list.close();
		onSubmit(values);
	}

	function setError(text) {
		fill(error, text && [icon("warn"), text]);
		error.hidden = !text;
	}

	for (const option of entry.options) if (option.required) add(option);
	drawMore();
	describe(null);
	return form;
}

function makeField(option, form) {
	const { list } = form;
	const { name, type, required } = option;
	let picked = null;
	let asked = 0;
	let written = false;
	const input = h("input", {
		"aria-label": `${name}${required ? ", required" : ""}: ${option.description}`,
		onfocus: enter,
		onblur: leave,
		...(type === FILE ? { type: "file", onchange: take } : {
			type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
			autocomplete: "off", spellcheck: "false", maxlength: option.max_length ?? 6000,
			inputmode: { 4: "numeric", 10: "decimal" }[type], oninput: changed, onkeydown: key,
		}),
	});
	const el = h("label.field", { class: required && "required" }, h("span.field-name", name), input);
	const isEmpty = () => input.value.trim() === "";
	const ask = debounce(180, complete);
	const field = {
		option, input, el, isEmpty, mark, read,
		setRaw(raw) {
			if (type === FILE) return;
			const match = candidates()?.find((c) => c.label.toLowerCase() === raw.toLowerCase() || String(c.value) === raw);
			set(match?.label ?? raw, match);
		},
		/** What was typed behind `name:`, where marks around several words are not meant. */
		write() {
			written = true;
			if (document.activeElement === input) suggest();
			else input.focus();
		},
	};
	set("");
	return field;

	function set(text, item) {
		if (type !== FILE) input.value = text;
		picked = item;
		resize();
	}

	function resize() {
		input.size = Math.max(6, Math.min(48, input.value.length + 1));
	}

	function changed() {
		picked = null;
		mark(false);
		form.setError("");
		// Typing `version:` leads to that option, as people know it.
		const match = /^(|.*\s)([-\w\p{L}]+):$/u.exec(input.value);
		const other = match && form.option(match[2]);
		if (other) {
			set(match[1].trimEnd());
			return form.add(other).write();
		}
		resize();
		suggest();
	}

	async function take() {
		const [file] = input.files;
		picked = null;
		form.setError("");
		try {
			if (file) picked = { value: (await upload(file)).id };
		} catch (error) {
			form.setError(`${name}: ${error.message}`);
		}
	}

	function mark(bad) {
		el.classList.toggle("bad", bad);
		input.setAttribute("aria-invalid", String(bad));
	}

	function enter() {
		form.entered(field);
		list.own(input, pick);
		if (!picked) suggest();
	}

	function leave() {
		ask.cancel();
		asked += 1;
		list.close(input);
	}

	/** Everything this option can be, or nothing when any text will do. */
	function candidates() {
		if (option.choices?.length) return option.choices.map((c) => ({ label: c.name, value: c.value }));
		switch (type) {
			case 5: return [{ label: "True", value: true }, { label: "False", value: false }];
			case 6: return people();
			case 7: return channels(option.channel_types);
			case 8: return roles();
			case 9: return [...people(), ...roles()];
			default: return null;
		}
	}

	function suggest() {
		if (option.autocomplete) {
			list.note("Looking…");
			return ask();
		}
		const all = candidates();
		if (all) offer(fitting(all, input.value).slice(0, 25), "Nothing has this name.");
		else list.close();
	}

	async function complete() {
		const turn = (asked += 1);
		try {
			const outcome = await act("autocomplete", { channel: state.channelId, command: form.entry.name, options: { ...form.typed(), [name]: input.value }, focused: name });
			// Only the answer to the newest question counts.
			if (turn !== asked) return;
			if (outcome.state === "failed") list.note(outcome.error || "Loading options failed");
			else offer((outcome.choices ?? []).map((c) => ({ label: c.name, value: c.value })), "No options match your search.");
		} catch (error) {
			if (turn === asked) list.note(error.message);
		}
	}

	function offer(items, note) {
		// In an empty optional input, or in one that holds a whole choice, Enter should send.
		const text = input.value.trim();
		const whole = items.some((i) => i.label === text || String(i.value) === text);
		list.open(items, { active: !whole && (required || text) ? 0 : -1, note, heading: name });
	}

	function pick(item) {
		set(item.label, item);
		mark(false);
		list.close();
		form.next();
	}

	function key(event) {
		if (event.isComposing) return;
		const { key: pressed } = event;
		const chosen = list.isOpen && list.current;
		if (pressed === "Tab" && !event.shiftKey && chosen && !isEmpty()) {
			pick(chosen);
			if (document.activeElement !== input) event.preventDefault();
			return;
		}
		const move = (step) => () => (list.isOpen ? list.move(step) : suggest());
		const wish = {
			ArrowDown: move(1),
			ArrowUp: move(-1),
			Escape: list.isOpen && (() => list.close()),
			Enter: chosen && (() => pick(chosen)),
			Backspace: input.value === "" && (() => form.back(field)),
		}[pressed];
		if (!wish) return;
		event.preventDefault();
		event.stopPropagation();
		wish();
	}

	function read() {
		const whole = input.value.trim();
		const text = written ? whole.replace(/^"(.*)"$/s, "$1") : whole;
		const { min_value: low, max_value: high, min_length: shortest } = option;
		if (!text) return required ? { error: "a value is needed." } : {};
		if (picked) return { value: picked.value };
		if (type === FILE) return { error: "the file is not here yet." };
		const all = candidates();
		if (all) {
			const bare = text.replace(/^[@#]/, "").toLowerCase();
			const match = all.find((c) => [c.label.replace(/^#/, ""), c.description, String(c.value)].some((word) => word?.toLowerCase() === bare));
			return match ? { value: match.value } : { error: `“${text}” is not one of the choices.` };
		}
		if (type === 4 || type === 10) {
			const number = Number(text);
			const fits = type === 4 ? /^[+-]?\d+$/.test(text) && Number.isSafeInteger(number) : Number.isFinite(number);
			if (!fits) return { error: `“${text}” is not a ${KINDS[type]}.` };
			if (low != null && number < low) return { error: `at least ${low}.` };
			return high != null && number > high ? { error: `at most ${high}.` } : { value: number };
		}
		return shortest && [...text].length < shortest ? { error: `at least ${shortest} characters.` } : { value: text };
	}
}

/** Reads `name:value title:"two words"` behind a command that was typed out. */
export function parseOptions(text) {
	return [...text.matchAll(/([-\w\p{L}]+):(?:"((?:\\.|[^"\\])*)"|(\S+))/gu)]
		.map((m) => ({ name: m[1], raw: m[2] != null ? m[2].replace(/\\(.)/g, "$1") : m[3] }));
}
