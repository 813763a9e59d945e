// Discord's markdown as DOM nodes. There is no HTML anywhere in between, so
// hostile text stays text whatever it contains.

import { h, outside } from "./dom.js";
import { timestamp } from "./clock.js";
import { channelById, colorOf, commandNamed, emit, memberById, nameOf, roleById, roleColor, state } from "./state.js";

// Deeper nesting than this is an attack on the parser and not writing.
const MAX_DEPTH = 12;

const read = (reader) => (text) => {
	const out = document.createDocumentFragment();
	reader(String(text ?? ""), out, { depth: 0 });
	return out;
};
const deeper = (ctx) => ({ ...ctx, depth: ctx.depth + 1 });

/** Blocks and inline text: message content, embed descriptions and fields. */
export const markdown = read(blocks);

/** Inline text only: titles and names, where a heading makes no sense. */
export const inlineMarkdown = read(inline);

/** Whether Discord would show the text large: emoji alone, and not many. */
export const isEmojiOnly = (text) => /^(?:\p{RGI_Emoji}\s*){1,30}$/v.test(text ?? "");

function blocks(text, out, ctx) {
	let last = 0;
	for (const match of text.matchAll(/```(?:([\w+#.-]+)\n)?\n?([\s\S]*?)\n?```\n?/g)) {
		if (!match[2].trim()) continue;
		lines(text.slice(last, match.index).replace(/\n$/, ""), out, ctx);
		out.append(h("pre", { tabindex: "0" }, h("code", match[2])));
		last = match.index + match[0].length;
	}
	lines(text.slice(last), out, ctx);
}

const HEADING = /^(#{1,3})\s+(.+)$/;
const SUBTEXT = /^-#\s+(.+)$/;
const ITEM = /^(\s*)([-*]|\d{1,9}\.)\s+(.*)$/;

function lines(text, out, ctx) {
	if (!text) return;
	const all = text.split("\n");
	let plain = [];
	const add = (tag, words, reader = inline, inside = ctx) => {
		if (plain.length) inline(plain.join("\n"), out.appendChild(h("span")), ctx);
		plain = [];
		if (tag) reader(words, out.appendChild(h(tag)), inside);
	};
	for (let i = 0; i < all.length; i += 1) {
		const line = all[i];
		const heading = HEADING.exec(line);
		const subtext = SUBTEXT.exec(line);
		if (/^>(>>)? /.test(line) && ctx.depth < MAX_DEPTH) {
			let end = i + 1;
			while (end < all.length && (line[1] === ">" || all[end].startsWith("> "))) end += 1;
			const quoted = line[1] === ">" ? [line.slice(4), ...all.slice(i + 1)] : all.slice(i, end).map((l) => l.slice(2));
			add("blockquote", quoted.join("\n"), lines, deeper(ctx));
			i = end - 1;
		} else if (heading) {
			// The page has its own outline, so chat headings start below it.
			add(`h${heading[1].length + 2}`, heading[2].trim());
		} else if (subtext) {
			add("small.subtext", subtext[1]);
		} else if (ITEM.test(line)) {
			add();
			i = list(all, i, out, ctx) - 1;
		} else {
			plain.push(line);
		}
	}
	add();
}

const isBullet = (mark) => "-*".includes(mark);

/** Reads one list from line `start`; answers the line after it. */
function list(all, start, out, ctx) {
	const [, indent, mark] = ITEM.exec(all[start]);
	const box = out.appendChild(isBullet(mark) ? h("ul") : h("ol", { start: parseInt(mark, 10) }));
	let item = null;
	let i = start;
	while (i < all.length) {
		const match = ITEM.exec(all[i]);
		if (match && match[1].length > indent.length && item && ctx.depth < MAX_DEPTH) {
			i = list(all, i, item, deeper(ctx));
			continue;
		}
		if (match) {
			if (match[1].length < indent.length || isBullet(match[2]) !== isBullet(mark)) break;
			item = box.appendChild(h("li"));
			inline(match[3], item, ctx);
		} else if (item && /^\s{2,}\S/.test(all[i])) {
			// An indented line goes on with the item above it.
			item.append("\n");
			inline(all[i].trim(), item, ctx);
		} else {
			break;
		}
		i += 1;
	}
	return i;
}

// Each rule is tried at the place where the text stands; the first that fits
// wins. The repeated groups start with different characters, so that no text
// can make a rule slow. A name stands for an element with the text inside.
const RULES = [
	[/\\([^\p{L}\p{N}\s])/uy, (m) => m[1]],
	[/(`+)(?!`)([\s\S]*?[^`])\1(?!`)/y, (m) => h("code.inline", m[2].replace(/^ (.*) $/s, "$1"))],
	[/<t:(-?\d{1,17})(?::([tTdDfFsSR]))?>/y, (m) => timestamp(m[1], m[2])],
	[/<@!?(\d{1,20})>/y, (m) => userChip(m[1])],
	[/<@&(\d{1,20})>/y, (m) => roleChip(m[1])],
	[/<#(\d{1,20})>/y, (m) => placeChip(m[1]) ?? h("span.chip", { title: "You cannot see this channel" }, "#no-access")],
	[/<\/([-\w\p{L}]+(?: [-\w\p{L}]+){0,2}):(\d{1,20})>/uy, (m) => commandChip(m[1])],
	[/<a?:(\w{2,32}):\d{1,20}>/y, (m) => h("span.emoji-name", `:${m[1]}:`)],
	[/@(?:everyone|here)\b/y, (m) => h("span.chip", m[0])],
	[/<(https?:\/\/[^\s<>]+)>/y, (m) => link(m[1], m[1])],
	[/\[((?:[^[\]\\\n]|\\.)+)\]\(\s*<?((?:[^\s()<>\\]|\\.|\([^\s()<>]*\))+)>?(?:\s+["'][^"'\n]*["'])?\s*\)/y, masked],
	[/https?:\/\/[^\s<]+[^\s<.,:;"'\]!?]/y, bare],
	[/\|\|([\s\S]+?)\|\|/y, (m, ctx) => veil(nest("span", m[1], ctx))],
	[/\*\*\*((?:\\[\s\S]|[^\\*])+)\*\*\*(?!\*)/y, (m, ctx) => h("strong", nest("em", m[1], ctx))],
	[/\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y, "strong"],
	[/__((?:\\[\s\S]|[^\\])+?)__(?!_)/y, "u"],
	[/~~([\s\S]+?)~~/y, "s"],
	[/\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:[^*\s\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y, "em"],
	[/_((?:__|\\[\s\S]|[^\\_])+?)_(?![\p{L}\p{N}_])/uy, "em"],
];
const SPECIAL = /[\\`<@[|*_~]|https?:\/\//g;

function inline(text, out, ctx) {
	let at = 0;
	let from = 0;
	while (at < text.length && ctx.depth < MAX_DEPTH) {
		SPECIAL.lastIndex = at;
		const hit = SPECIAL.exec(text);
		if (!hit) break;
		at = hit.index;
		// An underscore inside a word belongs to the word: snake_case.
		const inWord = text[at] === "_" && /[\p{L}\p{N}]$/u.test(text.slice(0, at));
		const node = !inWord && tryRules(text, at, ctx);
		if (!node) {
			at += 1;
			continue;
		}
		out.append(text.slice(from, at), node.made);
		at = from = node.end;
	}
	out.append(text.slice(from));
}

function tryRules(text, at, ctx) {
	for (const [rule, build] of RULES) {
		rule.lastIndex = at;
		const match = rule.exec(text);
		const made = match && (typeof build === "string" ? nest(build, match[1], ctx) : build(match, ctx));
		if (made != null) return { made, end: at + match[0].length - (made.unread ?? 0) };
	}
	return null;
}

function nest(tag, text, ctx) {
	const el = h(tag);
	inline(text, el, deeper(ctx));
	return el;
}

/** Hides something until it is pressed. */
export function veil(inner, tag = "span") {
	inner.inert = true;
	const reveal = (event) => {
		if (event.key && event.key !== "Enter" && event.key !== " ") return;
		event.preventDefault();
		box.classList.add("open");
		inner.inert = false;
		for (const name of ["role", "tabindex", "aria-label"]) box.removeAttribute(name);
	};
	const box = h(`${tag}.spoiler`, { role: "button", tabindex: "0", "aria-label": "Spoiler, press to show" }, inner);
	for (const name of ["click", "keydown"]) box.addEventListener(name, (event) => inner.inert && reveal(event));
	return box;
}

/** The address when it is one that may be opened, else nothing. */
export function safeUrl(text) {
	const url = URL.canParse(text) && new URL(text);
	return url && /^https?:$/.test(url.protocol) ? url : null;
}

export function link(address, text) {
	const url = safeUrl(address);
	return url && ((typeof text === "string" && messageLink(url)) || h("a.link", outside(url.href), text));
}

function masked(match, ctx) {
	const address = match[2].replace(/\\(.)/g, "$1");
	if (ctx.inLink || !safeUrl(address)) return null;
	const text = nest("span", match[1], { ...ctx, inLink: true });
	// Text that looks like one address over another is a trap, so both show.
	return /https?:\/\//.test(text.textContent) ? null : link(address, text);
}

function bare([address], ctx) {
	if (ctx.inLink) return null;
	const { length } = address;
	// A closing bracket belongs to the sentence unless the address opened it.
	while (address.endsWith(")") && address.split(")").length > address.split("(").length) address = address.slice(0, -1);
	const made = link(address, address);
	if (made) made.unread = length - address.length;
	return made;
}

function messageLink(url) {
	const found = /^\/channels\/\d+\/(\d+)(?:\/(\d+))?\/?$/.exec(url.pathname);
	return found && /(^|\.)discord(app)?\.com$/.test(url.hostname) ? placeChip(found[1], found[2]) : null;
}

function placeChip(id, message) {
	const channel = channelById(id);
	return channel && h("button.chip", { onclick: () => emit("goto", { channel: id, message }) }, `#${channel.name}${message ? " › message" : ""}`);
}

function userChip(id) {
	const user = memberById(id)?.user ?? state.people.find((p) => p.id === id);
	return h("span.chip", { class: id === state.me?.id && "mine", title: user ? `@${user.username}` : id, vars: { "--c": colorOf(id) } },
		user ? `@${nameOf(user)}` : "@unknown-user");
}

function roleChip(id) {
	const role = roleById(id);
	return h("span.chip", { vars: { "--c": roleColor(role) } }, role ? `@${role.name.replace(/^@/, "")}` : "@unknown-role");
}

const commandChip = (name) => (commandNamed(name)
	? h("button.chip", { title: "Use this command", onclick: () => emit("compose", { command: name }) }, `/${name}`)
	: h("span.chip", `/${name}`));
