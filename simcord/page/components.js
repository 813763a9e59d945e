// Buttons and select menus below a message, and what pressing them does.

import { h, icon } from "./dom.js";
import { markdown, safeUrl } from "./markdown.js";
import { avatar } from "./message.js";
import { openMenu } from "./menu.js";
import { currentGuild, isReadable, nameOf, roleColor, state } from "./state.js";
import { interact } from "./actions.js";

const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary link-button" };

/** All rows of a message. `inert` draws them for looking at only (pins). */
export function components(message, { inert = false } = {}) {
	const box = h("div.components", message.components.map((c) => draw(c, message)));
	if (inert) box.inert = true;
	return box;
}

function draw(component, message) {
	switch (component.type) {
		case 1: return h("div.action-row", (component.components ?? []).map((c) => draw(c, message)));
		case 2: return button(component, message);
		case 3: case 5: case 6: case 7: case 8: return select(component, message);
		case 9: return h("div.section", h("div.grow", (component.components ?? []).map((c) => draw(c, message))),
			component.accessory && draw(component.accessory, message));
		case 10: return h("div.content.md", markdown(component.content));
		case 14: return h("hr.separator");
		case 17: return h("div.embed.container", { vars: { "--c": component.accent_color ? `#${component.accent_color.toString(16).padStart(6, "0")}` : null } },
			(component.components ?? []).map((c) => draw(c, message)));
		default: return null;
	}
}

export function emoji(e) {
	if (!e) return null;
	return h("span.emoji", e.id ? `:${e.name}:` : e.name);
}

function button(component, message) {
	const inside = [emoji(component.emoji), component.label && h("span", component.label)];
	const style = BUTTON_STYLES[component.style] ?? "secondary";
	if (component.style === 5) {
		const url = safeUrl(component.url);
		if (!url) return null;
		return h("a.button", { class: style, href: url.href, target: "_blank", rel: "noopener noreferrer", title: url.href }, inside, icon("out"));
	}
	const waiting = state.busy.get(message.id);
	const mine = waiting === component.custom_id;
	return h("button.button", {
		type: "button",
		class: `${style}${mine ? " busy" : ""}`,
		// `disabled` would drop the keyboard's place while an outcome is awaited,
		// so a pressed button only says that it is.
		disabled: component.disabled === true,
		"aria-disabled": waiting ? "true" : null,
		"aria-busy": mine ? "true" : null,
		"aria-label": component.label ? null : component.emoji?.name,
		dataset: { custom: component.custom_id },
		onclick: () => {
			if (!state.busy.has(message.id)) interact(message, component.custom_id);
		},
	}, h("span.label", inside));
}

function select(component, message) {
	const min = component.min_values ?? 1;
	const max = component.max_values ?? 1;
	const options = optionsOf(component);
	const chosen = new Set(component.type === 3
		? options.filter((o) => o.default).map((o) => o.value)
		: (component.default_values ?? []).map((d) => d.id));
	const shown = options.filter((o) => chosen.has(o.value));
	const waiting = state.busy.get(message.id);
	const mine = waiting === component.custom_id;
	const placeholder = component.placeholder || (max > 1 ? "Make selections" : "Make a selection");
	const name = shown.length ? shown.map((o) => o.label).join(", ") : placeholder;
	const anchor = h("button.select", {
		type: "button",
		class: `${mine ? "busy" : ""}${shown.length ? "" : " empty"}`,
		disabled: component.disabled === true,
		"aria-disabled": waiting ? "true" : null,
		"aria-haspopup": "listbox",
		"aria-label": `${placeholder}${shown.length ? `: ${name}` : ""}`,
		dataset: { custom: component.custom_id },
		onclick: () => {
			if (state.busy.has(message.id)) return;
			openMenu(anchor, {
				label: placeholder,
				options,
				chosen,
				min,
				max: Math.min(max, options.length || 1),
				filter: component.type !== 3 || options.length > 8,
				onDone: (values) => interact(message, component.custom_id, values),
			});
		},
	}, h("span.grow", shown.length ? shown.map((o, i) => [i > 0 && ", ", o.emoji, o.emoji && " ", o.label]) : placeholder),
	mine ? h("i.spinner") : icon("down"));
	return anchor;
}

/** What a select offers: its own options, or people, roles and channels here. */
function optionsOf(component) {
	const guild = currentGuild();
	const people = () => (guild?.members ?? []).map((m) => ({
		value: m.user.id, label: nameOf(m.user), description: m.user.username, picture: avatar(m.user, "small"),
	}));
	const roles = () => (guild?.roles ?? []).filter((r) => r.id !== guild.id && !r.managed).sort((a, b) => b.position - a.position)
		.map((r) => ({ value: r.id, label: r.name, picture: h("span.dot", { vars: { "--c": roleColor(r) } }) }));
	switch (component.type) {
		case 3: return (component.options ?? []).map((o) => ({ ...o, emoji: o.emoji ? emoji(o.emoji) : null }));
		case 5: return people();
		case 6: return roles();
		case 7: return [...people(), ...roles()];
		default: {
			const types = component.channel_types?.length ? new Set(component.channel_types) : null;
			return (guild?.channels ?? []).filter((c) => (types ? types.has(c.type) : isReadable(c) || c.type === 4))
				.map((c) => ({ value: c.id, label: c.type === 4 ? c.name : `#${c.name}` }));
		}
	}
}

