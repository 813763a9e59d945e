// One message as an element: header, text, embeds, components, notes.

import { h, icon, iconButton, initials, append } from "./dom.js";
import { useOn } from "./actions.js";
import { fullTime, messageTime, shortTime } from "./clock.js";
import { inlineMarkdown, markdown, safeUrl } from "./markdown.js";
import { components } from "./components.js";
import { openMenu } from "./menu.js";
import { channelById, colorOf, emit, messageById, messageCommands, nameOf, personCommands, state } from "./state.js";

/** The kind of message that stands for the one that a thread was made of. */
const STARTER = 21;

/** The flag of a message that a thread was made of, and its icon beside a system message. */
const HAS_THREAD = 32;
const SYSTEM_ICONS = { 6: "pin", 18: "thread" };

const SYSTEM = {
	6: (name) => [name, " pinned a message to this channel."],
	7: (name) => [name, " joined the server."],
	18: (name, message) => [name, " started a thread: ", threadLink(message.message_reference?.channel_id, message.content)],
};

/** A person's or an application's picture: the letters of the name. */
export function avatar(user, extra = "") {
	const name = nameOf(user);
	return h("span.avatar", {
		class: `${user?.bot ? "app " : ""}${extra}`,
		"aria-hidden": "true",
		vars: { "--c": colorOf(user?.id) ?? hueOf(user?.id ?? name) },
	}, initials(name));
}

// People without a coloured role still look different from each other.
function hueOf(id) {
	let sum = 0;
	for (const c of String(id)) sum = (sum * 31 + c.charCodeAt(0)) % 360;
	return `hsl(${sum} 45% 52%)`;
}

export function authorName(user) {
	return h("span.author", { vars: { "--c": colorOf(user?.id) }, title: user?.username ? `@${user.username}` : null }, nameOf(user));
}

export const appTag = () => h("span.tag", "APP");

/** Whether a message may stand below the one before without its own header. */
export function continues(message, before) {
	if (!before || SYSTEM[message.type] || SYSTEM[before.type]) return false;
	if (usedCommand(message) || repliedTo(message) || message.simcord?.ephemeral) return false;
	if (before.simcord?.ephemeral) return false;
	return message.author.id === before.author.id
		&& Date.parse(message.timestamp) - Date.parse(before.timestamp) < 7 * 60000;
}

function usedCommand(message) {
	const answers = message.interaction_metadata ?? message.interaction;
	// What a modal brought counts for the command that opened the modal; what a
	// button brought has no command.
	const made = answers?.triggering_interaction_metadata ?? answers;
	if (made?.type !== 2) return null;
	const name = message.interaction?.name ?? made.name;
	return { user: made.user, name };
}

/** The message that this one answers, sent along or read before. */
function repliedTo(message) {
	if (message.type !== 19) return null;
	return message.referenced_message ?? messageById(message.message_reference?.message_id ?? "");
}

/** The whole row of a message in the log. */
export function messageRow(message, { grouped = false } = {}) {
	const sim = message.simcord ?? {};
	const sent = Date.parse(message.timestamp);
	const name = nameOf(message.author);
	const row = h("article.msg", {
		dataset: { id: message.id },
		class: [grouped && "grouped", sim.pinged_me && "pinged", sim.ephemeral && "ephemeral", sim.failed && "failed"].filter(Boolean).join(" "),
		"aria-label": `${name}, ${messageTime(sent)}`,
	});
	if (SYSTEM[message.type]) {
		row.classList.add("system");
		return append(row, [icon(SYSTEM_ICONS[message.type] ?? "people"),
			h("p", SYSTEM[message.type](authorName(message.author), message), " ", timeOf(sent))]);
	}

	const used = usedCommand(message);
	const other = repliedTo(message);
	if (used) {
		row.append(h("div.reply", avatar(used.user, "tiny"), authorName(used.user), " used ",
			h("span.chip", used.name ? commandName(used.name) : "a command")));
	} else if (other) {
		row.append(h("button.reply", { type: "button", onclick: () => emit("goto", { channel: message.channel_id, message: other.id }) },
			avatar(other.author, "tiny"), authorName(other.author), h("span.snippet", snippet(other))));
	}

	const body = h("div.body");
	if (grouped) {
		row.append(h("time.gutter", { datetime: message.timestamp, title: fullTime(sent) }, shortTime(sent)));
	} else {
		row.append(avatar(message.author));
		body.append(h("div.head", authorName(message.author), message.author.bot && appTag(), timeOf(sent),
			message.pinned && h("span.pinned", { title: "Pinned" }, icon("pin"))));
	}
	append(body, content(message));
	if (message.flags & HAS_THREAD) append(body, [threadLink(message.id)]);
	row.append(body);
	const apps = sim.ephemeral ? [] : messageCommands();
	if (apps.length) row.append(appsButton(message.id, "Apps", apps, (name) => useOn(message, name)));
	return row;
}

/** What can be used on a message or a person, as under "Apps" of Discord's own menu. */
export function appsButton(id, label, apps, use) {
	const open = (event) => openMenu(event.currentTarget, {
		label, options: apps.map(({ name }) => ({ label: name, value: name })), chosen: [], min: 1, max: 1,
		onDone: ([name]) => use(name),
	});
	return iconButton("dots", label, open, { class: "apps", "aria-haspopup": "dialog", dataset: { custom: `apps ${id}` } });
}

/** A name that people type has a slash; one from a menu has none. */
const commandName = (name) => ([...messageCommands(), ...personCommands()].some((command) => command.name === name) ? name : `/${name}`);

function threadLink(id, name) {
	const thread = channelById(id);
	if (!thread) return name ?? h("span.dim", "The thread is gone.");
	return h("button.thread-link", { type: "button", onclick: () => emit("goto", { channel: id }) }, icon("thread"), thread.name);
}

function timeOf(ms) {
	return h("time.when", { datetime: new Date(ms).toISOString(), title: fullTime(ms) }, messageTime(ms));
}

/** Everything below the header; pins show the same. */
export function content(message, { quiet = false } = {}) {
	const sim = message.simcord ?? {};
	const parts = [];
	const thinking = sim.thinking || (message.flags & 128) !== 0;
	if (sim.failed) {
		parts.push(h("p.problem", icon("warn"), message.content || "The application did not respond"));
	} else if (thinking) {
		parts.push(h("p.thinking", h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i")),
			`${nameOf(message.author)} is thinking…`));
	} else if (message.type === STARTER) {
		parts.push(h("div.content.md", markdown(sim.text)));
	} else if (message.content) {
		parts.push(h("div.content.md", markdown(message.content), editedMark(message)));
	}
	for (const embed of message.embeds ?? []) parts.push(embedCard(embed));
	if (message.attachments?.length) parts.push(h("div.files", message.attachments.map(attachment)));
	if (!message.content && message.edited_timestamp && !thinking) parts.push(editedMark(message));
	// A pin is for reading; its controls only matter when they carry the text.
	const carriesText = (message.flags & 32768) !== 0;
	if (message.components?.length && (!quiet || carriesText)) parts.push(components(message, { inert: quiet }));
	const problem = !quiet && state.problems.get(message.id);
	if (problem) parts.push(h("p.problem", { role: "alert" }, icon("warn"), problem));
	if (sim.ephemeral && !quiet) {
		parts.push(h("p.only-you", icon("eye"), "Only you can see this · ",
			h("button.text-button", { type: "button", onclick: () => emit("dismiss", message) }, "Dismiss")));
	}
	return parts;
}

function editedMark(message) {
	if (!message.edited_timestamp) return null;
	return h("span.edited", { title: fullTime(Date.parse(message.edited_timestamp)) }, " (edited)");
}

function embedCard(embed) {
	const color = embed.color ? `#${embed.color.toString(16).padStart(6, "0")}` : null;
	const card = h("div.embed", { vars: { "--c": color } });
	if (embed.author?.name) card.append(h("p.embed-author", maybeLink(embed.author.url, embed.author.name)));
	if (embed.title) card.append(h("p.embed-title.md", maybeLink(embed.url, inlineMarkdown(embed.title))));
	if (embed.description) card.append(h("div.embed-text.md", markdown(embed.description)));
	if (embed.fields?.length) {
		card.append(h("dl.fields", embed.fields.map((field) =>
			h("div", { class: field.inline ? "inline" : "" },
				h("dt.md", inlineMarkdown(field.name)), h("dd.md", markdown(field.value))))));
	}
	if (embed.footer?.text || embed.timestamp) {
		const at = embed.timestamp && Date.parse(embed.timestamp);
		card.append(h("p.embed-foot", embed.footer?.text, embed.footer?.text && at && " • ", at && timeOf(at)));
	}
	return card;
}

/** A picture, or the name and size of a file to save. It is served from here, whatever name the page was opened by. */
function attachment(file) {
	const path = new URL(file.url).pathname;
	if (file.content_type?.startsWith("image/")) {
		return h("a.picture", { href: path, target: "_blank", rel: "noopener noreferrer" },
			h("img", { src: path, alt: file.description ?? file.filename, title: file.description ?? "", width: file.width, height: file.height, loading: "lazy" }));
	}
	return h("a.file.link", { href: path, download: file.filename },
		`📎 ${file.filename}`, h("span.size", ` ${size(file.size)}`));
}

function size(bytes) {
	if (bytes < 1024) return `${bytes} B`;
	return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function maybeLink(address, text) {
	const url = address && safeUrl(address);
	return url ? h("a.link", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}

/** The first words of a message, for places that have one line. */
export function snippet(message) {
	const [embed] = message.embeds ?? [];
	const raw = message.content || embed?.title || embed?.description || message.simcord?.text || "";
	const line = markdown(raw).textContent.replace(/\s+/g, " ").trim();
	return line.length > 120 ? `${line.slice(0, 119)}…` : line || "…";
}
