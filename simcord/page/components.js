// Buttons and selects below a message, and the texts, pictures and boxes that make one up.

import { h, hex, icon, outside } from "./dom.js";
import { interact } from "./actions.js";
import { channels, people, roles } from "./choices.js";
import { markdown, safeUrl, veil } from "./markdown.js";
import { openMenu } from "./menu.js";
import { fileOf, picture } from "./message.js";
import { state } from "./state.js";

const BUTTON_STYLES = { 1: "primary", 3: "success", 4: "danger" };

export function components(message, inert) {
	const box = h("div.components", message.components.map((c) => draw(c, message)));
	if (inert) box.inert = true;
	return box;
}

function draw(component, message) {
	const inside = () => (component.components ?? []).map((c) => draw(c, message));
	const media = (item, style) => picture({ ...item.media, description: item.description }, message, { spoiler: item.spoiler, style });
	switch (component.type) {
		case 1: return h("div.action-row", inside());
		case 2: return button(component, message);
		case 3: case 5: case 6: case 7: case 8: return messageSelect(component, message);
		case 9: return h("div.section", h("div.grow", inside()), component.accessory && draw(component.accessory, message));
		case 10: return h("div.content.md", markdown(component.content));
		case 11: return h("div.thumbnail", media(component));
		case 12: return h("div.gallery", component.items.map((item) => media(item)));
		case 13: return fileOf(component, message);
		case 14: return h("hr.separator", { class: [component.divider === false && "blank", component.spacing === 2 && "wide"] });
		case 17: {
			const box = h("div.embed.container", { class: component.accent_color == null && "plain", vars: { "--c": hex(component.accent_color) } }, inside());
			return component.spoiler ? veil(box, "div") : box;
		}
		default: return null;
	}
}

export const emoji = (e) => (e ? h("span", e.id ? `:${e.name}:` : e.name) : null);

function button(component, message) {
	const inside = [emoji(component.emoji), component.label && h("span", component.label)];
	const style = BUTTON_STYLES[component.style] ?? "secondary";
	if (component.style === 5) {
		const url = safeUrl(component.url);
		return url && h("a.button", { class: style, ...outside(url.href) }, inside, icon("out"));
	}
	return h("button.button", {
		...waitingFor(component, message, style),
		"aria-label": component.label ? null : component.emoji?.name,
		onclick: () => state.busy.has(message.id) || interact(message, component.custom_id),
	}, h("span.label", inside));
}

/** `disabled` would drop the keyboard's place while an outcome is awaited, so a pressed control only says that it is. */
function waitingFor(component, message, style) {
	const waiting = state.busy.get(message.id);
	const mine = waiting === component.custom_id;
	return {
		class: [style, mine && "busy"],
		disabled: component.disabled === true,
		"aria-disabled": waiting && "true",
		"aria-busy": mine && "true",
		key: `${message.id} ${component.custom_id}`,
	};
}

function messageSelect(component, message) {
	const anchor = select(component, {
		...waitingFor(component, message, ""),
		may: () => !state.busy.has(message.id),
		onDone: (values) => interact(message, component.custom_id, values),
	});
	if (anchor.classList.contains("busy")) anchor.lastChild.replaceWith(h("i.spinner"));
	return anchor;
}

export function select(component, { may = () => true, onDone, chosen = defaults(component), class: style, ...rest }) {
	const options = optionsOf(component);
	const shown = options.filter((o) => chosen.includes(o.value));
	const max = component.max_values ?? 1;
	const placeholder = component.placeholder || (max > 1 ? "Make selections" : "Make a selection");
	const anchor = h("button.select", {
		class: [style, !shown.length && "empty"].flat(),
		"aria-haspopup": "listbox",
		"aria-label": [placeholder, shown.map((o) => o.label).join(", ")].filter(Boolean).join(": "),
		...rest,
		onclick: () => may() && openMenu(anchor, {
			label: placeholder,
			options,
			chosen,
			min: component.min_values ?? 1,
			max: Math.min(max, options.length || 1),
			filter: component.type !== 3 || options.length > 8,
			onDone,
		}),
	}, h("span.grow", shown.length ? shown.map((o, i) => [i > 0 && ", ", o.emoji?.cloneNode(true), o.emoji && " ", o.label]) : placeholder), icon("down"));
	return anchor;
}

export const defaults = (component) => (component.type === 3
	? component.options.filter((o) => o.default).map((o) => o.value)
	: (component.default_values ?? []).map((d) => d.id));

function optionsOf(component) {
	switch (component.type) {
		case 3: return component.options.map((o) => ({ ...o, emoji: emoji(o.emoji) }));
		case 5: return people();
		case 6: return roles();
		case 7: return [...people(), ...roles()];
		default: return channels(component.channel_types);
	}
}
