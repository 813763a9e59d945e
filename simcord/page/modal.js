// A modal of the application: its fields, their limits, and the answer.

import { $, byKey, fill, h, icon, iconButton } from "./dom.js";
import { act, upload } from "./api.js";
import { NO_ANSWER, settle } from "./actions.js";
import { defaults, select } from "./components.js";
import { markdown } from "./markdown.js";
import { appTag, avatar } from "./message.js";
import { application, nameOf, state } from "./state.js";

let ids = 0;

export function openModal(modal) {
	document.querySelector("dialog.modal")?.remove();
	const before = document.activeElement;
	const fields = [];
	const error = h("p.problem", { role: "alert", hidden: true });
	const submit = h("button.button.primary", { type: "submit" }, "Submit");
	const form = h("form", { method: "dialog", novalidate: true },
		h("div.modal-fields", modal.components.map((c) => draw(c, fields))), error,
		h("div.modal-foot", h("button.button.secondary", { onclick: leave }, "Cancel"), submit));
	const bot = application()?.user;
	const dialog = h("dialog.modal", { "aria-labelledby": "modal-title" },
		h("header", bot && avatar(bot, "small"),
			h("div.grow", h("h2#modal-title", modal.title), bot && h("p.dim", nameOf(bot), " ", appTag())),
			iconButton("close", "Close", leave)), form);
	const values = () => Object.fromEntries(fields.map((field) => [field.custom_id, field.value()]));
	const blank = JSON.stringify(values());

	function leave() {
		// What was typed is not thrown away by one key.
		if (JSON.stringify(values()) === blank || confirm("Discard what you wrote?")) dialog.close();
	}

	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (submit.classList.contains("busy")) return;
		const wrong = fields.filter((field) => !field.check());
		if (wrong.length) return wrong[0].focus();
		submit.classList.add("busy");
		error.hidden = true;
		try {
			const outcome = await act("modal", { modal: modal.id, fields: values() });
			// What was typed stays on the screen until the application has it.
			if (outcome.state === "failed") throw new Error(outcome.error || NO_ANSWER);
			dialog.close();
			settle(outcome);
		} catch (problem) {
			error.textContent = problem.message;
			error.hidden = false;
		}
		submit.classList.remove("busy");
	});
	dialog.addEventListener("cancel", (event) => {
		event.preventDefault();
		leave();
	});
	dialog.addEventListener("close", () => {
		dialog.remove();
		const again = before.isConnected && before !== document.body ? before : byKey(document, before.dataset.key);
		(again || $("input"))?.focus({ preventScroll: true });
	});
	document.body.append(dialog);
	dialog.showModal();
	fields[0]?.focus();
	// A long text that came with the form is read from its start.
	for (const area of dialog.querySelectorAll("textarea")) {
		area.setSelectionRange(0, 0);
		area.scrollTop = 0;
	}
	dialog.querySelector(".modal-fields").scrollTop = 0;
}

function draw(component, fields, label = component) {
	if (component.type === 1) return component.components.map((c) => draw(c, fields));
	if (component.type === 10) return h("div.md", markdown(component.content));
	if (component.type === 18) return draw(component.component, fields, component);
	const make = FIELDS[component.type];
	return make && build(component, fields, label, make);
}

const FIELDS = { 3: choice, 4: textInput, 5: choice, 6: choice, 7: choice, 8: choice, 19: files, 21: marks, 22: marks, 23: checkbox };

function build(component, fields, { label, description }, make) {
	const id = `field-${(ids += 1)}`;
	const required = component.type !== 23 && (component.required ?? true);
	const note = h("span.grow");
	const line = h("p.modal-note", { id: `${id}-note` }, note);
	const shared = { id, required, line, changed: () => line.classList.contains("bad") && field.check() };
	const { el, value, problem, hint = "" } = make(component, shared);
	note.textContent = hint;
	const control = el.matches("input, textarea") ? el : el.querySelector("input, button");
	control.id = id;
	control.setAttribute("aria-describedby", `${id}-note`);
	if (el === control) el.setAttribute("aria-required", String(required));
	const field = {
		custom_id: component.custom_id,
		value,
		focus: () => control.isConnected ? control.focus() : el.querySelector("button").focus(),
		check: () => {
			const text = problem(value());
			note.textContent = text || hint;
			line.classList.toggle("bad", Boolean(text));
			el.setAttribute("aria-invalid", String(Boolean(text)));
			return !text;
		},
	};
	fields.push(field);
	const words = label && [label, required && h("span.star", { "aria-hidden": "true" }, " *")];
	if (el.role) el.setAttribute("aria-label", label);
	return h("div.modal-field", words && (el.role ? h("div.label", words) : h("label.label", { for: id }, words)),
		description && h("p.dim", description), el, line);
}

function textInput(component, { line, required, changed }) {
	const { min_length: min = 0, max_length: max = 4000 } = component;
	const long = component.style === 2;
	const el = h(long ? "textarea" : "input", {
		maxlength: max, placeholder: component.placeholder, autocomplete: "off", ...(long ? { rows: 5 } : { type: "text" }),
		oninput: () => {
			count();
			changed();
		},
	});
	el.value = component.value ?? "";
	const left = line.appendChild(h("span"));
	const count = () => {
		const length = [...el.value].length;
		// The count is noise until a limit comes near.
		left.textContent = component.max_length || length > 3500 ? `${length} / ${max}` : "";
	};
	count();
	return {
		el,
		value: () => el.value,
		hint: min > 1 ? `${min} to ${max} characters` : "",
		problem: (text) => (text ? [...text].length < min && `At least ${min} characters.` : required && "This is needed."),
	};
}

/** How many have to be chosen, in words, when it is neither none nor these. */
const tooFew = ({ min_values: min = 1 }, required) => (values) => {
	if (!values.length) return required && min > 0 && "This is needed.";
	return values.length < min && `At least ${min}.`;
};

function choice(component, { required, changed }) {
	let chosen = defaults(component);
	const el = h("div.chosen");
	const show = () => fill(el, select({ ...component, min_values: required ? component.min_values : 0 }, { chosen, onDone }));
	const onDone = (values) => {
		chosen = values;
		const { id } = el.firstChild;
		show();
		el.firstChild.id = id;
		el.firstChild.focus();
		changed();
	};
	show();
	return { el, value: () => chosen, problem: tooFew(component, required) };
}

function marks(component, { id, required, changed }) {
	const one = component.type === 21;
	const max = component.max_values ?? component.options.length;
	const inputs = component.options.map((option, i) => {
		const input = h("input", { type: one ? "radio" : "checkbox", name: id, value: option.value, onchange: () => {
			if (!one && inputs.filter((other) => other.checked).length > max) input.checked = false;
			changed();
		} });
		input.id = i ? `${id}-${i}` : id;
		input.checked = option.default === true;
		return input;
	});
	const el = h("div.marks", { role: one ? "radiogroup" : "group" }, inputs.map((input, i) => mark(input, component.options[i])));
	const values = () => inputs.filter((input) => input.checked).map((input) => input.value);
	const few = one ? (value) => !value && required && "This is needed." : tooFew(component, required);
	return { el, value: () => (one ? values()[0] ?? "" : values()), problem: few };
}

const mark = (input, { label, description }) => h("label.mark", input, h("span", label, description && h("span.dim", description)));

function checkbox(component, { changed }) {
	const input = h("input", { type: "checkbox", onchange: changed });
	input.checked = component.default === true;
	return { el: input, value: () => input.checked, problem: () => "" };
}

function files(component, { required, changed }) {
	const max = component.max_values ?? 1;
	let ready = [];
	const said = h("span.dim", { role: "status" });
	const input = h("input", { type: "file", multiple: max > 1, onchange: async () => {
		ready = [];
		said.textContent = "Reading…";
		try {
			for (const file of [...input.files].slice(0, max)) ready.push(await upload(file));
			said.textContent = "";
		} catch (error) {
			said.textContent = error.message;
		}
		changed();
	} });
	return { el: h("div.upload", icon("file"), input, said), value: () => ready.map((file) => file.id), problem: tooFew(component, required) };
}
