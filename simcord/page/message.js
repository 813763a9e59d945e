// One message as an element: header, text, embeds, components, notes.

import { append, h, hex, icon, iconButton, initials, outside } from "./dom.js";
import { react, useOn } from "./actions.js";
import { fullTime, messageTime, shortTime } from "./clock.js";
import { components } from "./components.js";
import { inlineMarkdown, isEmojiOnly, link, markdown, safeUrl, veil } from "./markdown.js";
import { openMenu } from "./menu.js";
import { channelById, colorOf, emit, menuCommands, messageById, nameOf, state } from "./state.js";

/** The kind of message that stands for the one that a thread was made of. */
const STARTER = 21;

/** Flags: a thread was made of it; its components carry its text. */
const HAS_THREAD = 1 << 5;
const COMPONENTS_V2 = 1 << 15;

const SYSTEM = {
	6: () => ["pin", " pinned a message to this channel."],
	18: (message) => ["thread", " started a thread: ", threadLink(message.message_reference?.channel_id, message.content)],
};

/** What a message is reacted to with, unless somebody has begun with another. */
const EMOJI = { "👍": "Thumbs up", "❤️": "Heart", "😂": "Laughing", "🎉": "Party", "✅": "Done", "👀": "Looking", "🙏": "Thanks", "🚀": "Rocket" };

/** A person's or an application's picture: the letters of the name. */
export function avatar(user, extra) {
	return h("span.avatar", {
		class: [user?.bot && "app", extra],
		"aria-hidden": "true",
		vars: { "--c": colorOf(user?.id) ?? hueOf(user?.id) },
	}, initials(nameOf(user)));
}

// People without a coloured role still look different from each other.
const hueOf = (id = "0") => `hsl(${(Number(id.slice(-6)) * 47) % 360} 45% 52%)`;

export const authorName = (user) =>
	h("span.author", { vars: { "--c": colorOf(user?.id) }, title: user?.username && `@${user.username}` }, nameOf(user));

export const appTag = () => h("span.tag", "APP");

export function continues(message, before) {
	if (!before || SYSTEM[message.type] || SYSTEM[before.type]) return false;
	if (usedCommand(message) || repliedTo(message) || message.simcord.ephemeral || before.simcord.ephemeral) return false;
	return message.author.id === before.author.id
		&& Date.parse(message.timestamp) - Date.parse(before.timestamp) < 7 * 60000;
}

function usedCommand(message) {
	const answers = message.interaction_metadata;
	// What a modal brought counts for the command that opened the modal.
	const made = answers?.triggering_interaction_metadata ?? answers;
	return made?.type === 2 && made;
}

/** The message that this one answers, if it was read before. */
const repliedTo = (message) => message.type === 19 && messageById(message.message_reference?.message_id);

export function messageRow(message, grouped) {
	const sim = message.simcord;
	const sent = Date.parse(message.timestamp);
	const row = h("article.msg", {
		dataset: { id: message.id },
		class: [grouped && "grouped", sim.pinged_me && "pinged", sim.ephemeral && "ephemeral", sim.failed && "failed"],
		"aria-label": `${nameOf(message.author)}, ${messageTime(sent)}`,
	});
	if (SYSTEM[message.type]) {
		row.classList.add("system");
		const [name, ...words] = SYSTEM[message.type](message);
		return append(row, [icon(name), h("p", authorName(message.author), words, " ", timeOf(sent))]);
	}

	const used = usedCommand(message);
	const other = repliedTo(message);
	if (used) {
		row.append(h("div.reply", avatar(used.user, "tiny"), authorName(used.user), " used ",
			h("span.chip", commandName(used.name))));
	} else if (other) {
		row.append(h("button.reply", { onclick: () => emit("goto", { channel: message.channel_id, message: other.id }) },
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
	append(body, [content(message), message.flags & HAS_THREAD ? threadLink(message.id) : null, message.reactions && reactions(message)]);
	row.append(body);
	if (sim.ephemeral) return row;
	const emoji = Object.entries(EMOJI).map(([value, label]) => ({ value, label, emoji: value }));
	row.append(menuButton("smile", message.id, "Add a reaction", emoji, (name) => react(message, name)));
	const apps = menuCommands(3);
	if (apps.length) row.append(appsButton(message.id, "Apps", apps, (name) => useOn(message, name)));
	return row;
}

/** Who has reacted is a number; one's own reaction is pressed, and a press takes it back. */
function reactions(message) {
	return h("div.action-row.reactions", { role: "group", "aria-label": "Reactions" }, message.reactions.map(({ emoji, count, me }) =>
		h("button.button.secondary.small", {
			"aria-pressed": String(me), key: `${emoji.name} ${message.id}`, onclick: () => react(message, emoji.name, me),
		}, `${emoji.name} ${count}`)));
}

function menuButton(name, id, label, options, use) {
	const open = (event) => openMenu(event.currentTarget, { label, options, chosen: [], min: 1, max: 1, onDone: ([value]) => use(value) });
	return iconButton(name, label, open, { class: `apps ${name}`, "aria-haspopup": "dialog", key: `${name} ${id}` });
}

/** What can be used on a message or a person, as under "Apps" of Discord's own menu. */
export const appsButton = (id, label, apps, use) =>
	menuButton("apps", id, label, apps.map(({ name }) => ({ label: name, value: name })), use);

/** A name that people type has a slash; one from a menu has none. */
const commandName = (name) => ([...menuCommands(2), ...menuCommands(3)].some((command) => command.name === name) ? name : `/${name}`);

function threadLink(id, name) {
	const thread = channelById(id);
	if (!thread) return name ?? h("span.dim", "The thread is gone.");
	return h("button.thread-link", { onclick: () => emit("goto", { channel: id }) }, icon("thread"), thread.name);
}

const timeOf = (ms) => h("time.when", { datetime: new Date(ms).toISOString(), title: fullTime(ms) }, messageTime(ms));

export function content(message, quiet) {
	const sim = message.simcord;
	const edited = message.edited_timestamp && !sim.thinking
		&& h("span.edited", { title: fullTime(Date.parse(message.edited_timestamp)) }, " (edited)");
	const parts = [];
	if (sim.failed) {
		parts.push(problemNote(sim.text));
	} else if (sim.thinking) {
		parts.push(h("p.thinking", h("span.dots", { "aria-hidden": "true" }, "•••"), `${nameOf(message.author)} is thinking…`));
	} else if (message.content || message.type === STARTER) {
		const text = message.type === STARTER ? sim.text : message.content;
		parts.push(h("div.content.md", { class: isEmojiOnly(text) && "jumbo" }, markdown(text), edited));
	}
	const carriesText = message.flags & COMPONENTS_V2;
	parts.push(message.embeds.map((embed) => embedCard(embed, message)));
	const files = carriesText ? [] : looseFiles(message);
	if (files.length) parts.push(h("div.files", files.map((file) => attachment(file, message))));
	if (!message.content) parts.push(edited);
	if (message.components.length && (!quiet || carriesText)) parts.push(components(message, quiet));
	if (quiet) return parts;
	const problem = state.problems.get(message.id);
	if (problem) parts.push(problemNote(problem, "alert"));
	if (sim.ephemeral) {
		parts.push(h("p.only-you", icon("eye"), "Only you can see this · ",
			h("button.text-button", { onclick: () => emit("dismiss", message) }, "Dismiss message")));
	}
	return parts;
}

export const problemNote = (text, role) => h("p.problem", { role }, icon("warn"), text);

function embedCard(embed, message) {
	const at = embed.timestamp && Date.parse(embed.timestamp);
	const foot = embed.footer?.text;
	const small = (address) => address && picture({ url: address }, message, { words: "", link: false, style: "embed-icon" });
	return h("div.embed", { vars: { "--c": hex(embed.color) } },
		embed.thumbnail?.url && h("div.embed-thumb", picture(embed.thumbnail, message)),
		embed.author?.name && h("p.embed-author", small(embed.author.icon_url), maybeLink(embed.author.url, embed.author.name)),
		embed.title && h("p.embed-title.md", maybeLink(embed.url, inlineMarkdown(embed.title))),
		embed.description && h("div.md", markdown(embed.description)),
		embed.fields?.length > 0 && h("dl.fields", embed.fields.map((field) => h("div", { class: field.inline && "inline" },
			h("dt.md", inlineMarkdown(field.name)), h("dd.md", markdown(field.value))))),
		embed.image?.url && picture(embed.image, message),
		(foot || at) && h("p.embed-foot", small(embed.footer?.icon_url), foot, foot && at && " • ", at && timeOf(at)));
}

const maybeLink = (address, text) => (address && link(address, text)) || text;

/** The first words of a message, for places that have one line. */
export function snippet(message) {
	const [embed] = message.embeds;
	const raw = message.content || embed?.title || embed?.description || message.simcord.text || "";
	const line = markdown(raw).textContent.replace(/\s+/g, " ").trim();
	return line.length > 120 ? `${line.slice(0, 119)}…` : line || "…";
}

// Pictures and files. The page fetches nothing from elsewhere, so a picture
// from there is a link with its words.

/** The address of a file of a message, which embeds and components name by `attachment://`. */
function addressOf(address, message) {
	const [, name] = /^attachment:\/\/(.+)$/.exec(address ?? "") ?? [];
	return name ? message.attachments.find((file) => file.filename === name)?.url : address;
}

/** The path of a file that this server has, whatever name the page was opened by. */
function ownPath(url) {
	return /^(127\.0\.0\.1|localhost)$/.test(url.hostname) && /^\/(ephemeral-)?attachments\//.test(url.pathname) ? url.pathname : null;
}

const fileName = (address) => decodeURIComponent(String(address ?? "").split(/[?#]/)[0].split("/").pop());

/** One picture. `media` is what Discord says of it; `words` stand for it where it is not seen. */
export function picture(media, message, { words = media.description, spoiler, link = true, style } = {}) {
	const url = safeUrl(addressOf(media.url, message));
	if (!url) return null;
	const path = ownPath(url);
	if (!path || /\.(mp4|webm|mov|mp3|ogg)$/i.test(path)) {
		const label = words || fileName(url.pathname) || url.hostname;
		return hidden(spoiler, h("a.elsewhere.link", { class: style, ...outside(path ?? url.href) },
			icon("out"), link && h("span", label)));
	}
	const img = h("img", { class: style, src: path, alt: words ?? fileName(path), title: words, width: media.width, height: media.height, loading: "lazy" });
	return hidden(spoiler, link ? h("a.picture", outside(path, words), img) : img);
}

const hidden = (spoiler, el) => (spoiler ? veil(el, "div") : el);

function attachment(file, message, spoiler = file.filename.startsWith("SPOILER_")) {
	if (file.content_type?.startsWith("image/")) return picture(file, message, { words: file.description ?? file.filename, spoiler });
	const url = safeUrl(file.url);
	return hidden(spoiler, h("a.file", { href: url && (ownPath(url) ?? url.href), download: file.filename },
		icon("file"), h("span.grow", h("span.link", file.filename), h("span.dim", size(file.size)))));
}

export function fileOf(component, message) {
	const address = addressOf(component.file?.url, message);
	const known = message.attachments.find((file) => file.url === address);
	return attachment({ filename: component.name ?? fileName(address), size: component.size, ...known, url: address, content_type: "" }, message, component.spoiler);
}

/** The files that stand below a message: those that no embed and no component shows in its own place. */
function looseFiles(message) {
	const text = JSON.stringify([message.embeds, message.components]);
	return message.attachments.filter((file) => !text.includes(file.url) && !text.includes(`attachment://${file.filename}`));
}

export function size(bytes) {
	const step = bytes < 1024 ? 0 : bytes < 1048576 ? 1 : 2;
	return bytes == null ? "" : `${+(bytes / 1024 ** step).toFixed(1)} ${["B", "KB", "MB"][step]}`;
}
