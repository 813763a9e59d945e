// A modal of the application: its inputs, their limits, and the answer.

import { h, iconButton } from "./dom.js";
import { api } from "./api.js";
import { NO_ANSWER, settle } from "./actions.js";
import { markdown } from "./markdown.js";
import { nameOf, state } from "./state.js";

let ids = 0;

export function openModal(modal) {
	document.querySelector("dialog.modal")?.remove();
	const inputs = [];
	const error = h("p.problem", { role: "alert", hidden: true });
	const submit = h("button.button.primary", { type: "submit" }, "Submit");
	const form = h("form", { method: "dialog" },
		h("div.modal-fields", modal.components.map((c) => draw(c, inputs))), error,
		h("div.modal-foot", h("button.button.secondary", { type: "button", onclick: () => dialog.close() }, "Cancel"), submit));
	const bot = state.guilds.flatMap((g) => g.members).find((m) => m.user.bot)?.user;
	const dialog = h("dialog.modal", { "aria-labelledby": "modal-title" },
		h("header", h("div.grow", h("h2#modal-title", modal.title), bot && h("p.dim", `${nameOf(bot)} asks`)),
			iconButton("close", "Close", () => dialog.close())), form);

	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (submit.classList.contains("busy")) return;
		const wrong = inputs.filter((input) => !input.check());
		if (wrong.length) return wrong[0].focus();
		submit.classList.add("busy");
		submit.setAttribute("aria-busy", "true");
		error.hidden = true;
		try {
			const fields = Object.fromEntries(inputs.map((input) => [input.custom_id, input.value()]));
			const outcome = await api.modal(state.me.id, modal.id, fields);
			// What was typed stays on the screen until the application has it.
			if (outcome.state === "failed") throw new Error(outcome.error || NO_ANSWER);
			dialog.close();
			settle(outcome);
		} catch (problem) {
			error.textContent = problem.message;
			error.hidden = false;
		} finally {
			submit.classList.remove("busy");
			submit.removeAttribute("aria-busy");
		}
	});
	dialog.addEventListener("close", () => dialog.remove());
	document.body.append(dialog);
	dialog.showModal();
	inputs[0]?.focus();
}

function draw(component, inputs, label = {}) {
	switch (component.type) {
		case 1: return (component.components ?? []).map((c) => draw(c, inputs, { label: c.label }));
		case 4: return textInput(component, inputs, { label: component.label, ...label });
		case 10: return h("div.md", markdown(component.content));
		case 18: return draw(component.component, inputs, { label: component.label, description: component.description });
		default: return null;
	}
}

function labelled(forId, { label, description }, required, control, note) {
	return h("div.modal-field",
		h("label", { for: forId }, label || "Text", required && h("span.star", { "aria-hidden": "true" }, " *")),
		description && h("p.dim", description), control, note);
}

function textInput(component, inputs, label) {
	ids += 1;
	const id = `modal-input-${ids}`;
	const required = component.required ?? true;
	const max = component.max_length ?? 4000;
	const min = component.min_length ?? 0;
	const long = component.style === 2;
	const input = h(long ? "textarea" : "input", {
		id, maxlength: max, required, placeholder: component.placeholder, "aria-describedby": `${id}-note`,
		autocomplete: "off", ...(long ? { rows: 5 } : { type: "text" }),
	});
	input.value = component.value ?? "";
	const count = h("span");
	const note = h("p.modal-note", { id: `${id}-note` }, h("span.grow"), count);
	const update = () => {
		const left = [...input.value].length;
		// The count is noise until a limit comes near.
		count.textContent = component.max_length || left > 3500 ? `${left} / ${max}` : "";
	};
	const problem = () => {
		const length = [...input.value].length;
		if (!length) return required ? "This is needed." : "";
		return length < min ? `At least ${min} characters.` : "";
	};
	const say = (text) => {
		note.firstChild.textContent = text;
		note.classList.toggle("bad", Boolean(text));
		input.setAttribute("aria-invalid", text ? "true" : "false");
	};
	input.addEventListener("input", () => {
		update();
		if (note.classList.contains("bad")) say(problem());
	});
	// The page says what is wrong in its own words, beside the input.
	input.required = false;
	input.setAttribute("aria-required", String(required));
	if (min > 1) note.firstChild.textContent = `${min} to ${max} characters`;
	update();
	inputs.push({
		custom_id: component.custom_id,
		value: () => input.value,
		focus: () => input.focus(),
		check: () => {
			const text = problem();
			if (text) say(text);
			return !text;
		},
	});
	return labelled(id, label, required, input, note);
}
