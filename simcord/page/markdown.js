// Discord's markdown as DOM nodes. There is no HTML anywhere in between, so
// hostile text stays text whatever it contains.

import { h } from "./dom.js";
import { timestamp } from "./clock.js";
import { channelById, colorOf, emit, flatCommands, memberById, nameOf, roleById, roleColor, state } from "./state.js";

// Deeper nesting than this is an attack on the parser and not writing.
const MAX_DEPTH = 12;

/** Blocks and inline text: message content, embed descriptions and fields. */
export function markdown(text) {
	const out = document.createDocumentFragment();
	blocks(String(text ?? ""), out, 0);
	return out;
}

/** Inline text only: titles and names, where a heading makes no sense. */
export function inlineMarkdown(text) {
	const out = document.createDocumentFragment();
	inline(String(text ?? ""), out, {}, 0);
	return out;
}

const FENCE = /```(?:([\w+#.-]+)\n)?\n?([\s\S]*?)\n?```/g;

function blocks(text, out, depth) {
	let last = 0;
	for (const match of text.matchAll(FENCE)) {
		if (!match[2].trim()) continue;
		lines(text.slice(last, match.index).replace(/\n$/, ""), out, depth);
		out.append(h("pre.code", { tabindex: "0" }, h("code", { dataset: { lang: match[1] ?? "" } }, match[2])));
		last = match.index + match[0].length;
		if (text[last] === "\n") last += 1;
	}
	lines(text.slice(last), out, depth);
}

const HEADING = /^(#{1,3})\s+(.+)$/;
const SUBTEXT = /^-#\s+(.+)$/;
const ITEM = /^(\s*)([-*]|\d{1,9}\.)\s+(.*)$/;

function lines(text, out, depth) {
	if (!text) return;
	const all = text.split("\n");
	let plain = [];
	const flush = () => {
		if (plain.length) inline(plain.join("\n"), out.appendChild(h("span.run")), {}, depth);
		plain = [];
	};
	for (let i = 0; i < all.length; i += 1) {
		const line = all[i];
		let match;
		if (line.startsWith(">>> ") && depth < MAX_DEPTH) {
			flush();
			quote([line.slice(4), ...all.slice(i + 1)], out, depth);
			return;
		}
		if (line.startsWith("> ") && depth < MAX_DEPTH) {
			flush();
			const quoted = [];
			while (i < all.length && all[i].startsWith("> ")) quoted.push(all[i++].slice(2));
			i -= 1;
			quote(quoted, out, depth);
		} else if ((match = HEADING.exec(line))) {
			flush();
			// The page has its own outline, so chat headings start below it.
			inline(match[2].trim(), out.appendChild(h(`h${match[1].length + 2}.md-h${match[1].length}`)), {}, depth);
		} else if ((match = SUBTEXT.exec(line))) {
			flush();
			inline(match[1], out.appendChild(h("small.subtext")), {}, depth);
		} else if (ITEM.test(line)) {
			flush();
			i = list(all, i, out, depth) - 1;
		} else {
			plain.push(line);
		}
	}
	flush();
}

function quote(quoted, out, depth) {
	const box = out.appendChild(h("blockquote"));
	lines(quoted.join("\n"), box, depth + 1);
}

/** Reads one list from line `start`; answers the line after it. */
function list(all, start, out, depth) {
	const [, indent, mark] = ITEM.exec(all[start]);
	const ordered = mark !== "-" && mark !== "*";
	const box = out.appendChild(ordered ? h("ol", { start: parseInt(mark, 10) }) : h("ul"));
	let item = null;
	let i = start;
	while (i < all.length) {
		const match = ITEM.exec(all[i]);
		if (match) {
			const sameKind = (match[2] === "-" || match[2] === "*") !== ordered;
			if (match[1].length > indent.length && item && depth < MAX_DEPTH) {
				i = list(all, i, item, depth + 1);
				continue;
			}
			if (match[1].length < indent.length || !sameKind) break;
			item = box.appendChild(h("li"));
			inline(match[3], item, {}, depth);
		} else if (item && /^\s{2,}\S/.test(all[i])) {
			// An indented line goes on with the item above it.
			item.append("\n");
			inline(all[i].trim(), item, {}, depth);
		} else {
			break;
		}
		i += 1;
	}
	return i;
}

// Each rule is tried at the place where the text stands; the first that fits
// wins. The repeated groups start with different characters, so that no text
// can make a rule slow.
const RULES = [
	[/\\([^\p{L}\p{N}\s])/uy, (m) => m[1]],
	[/(`+)(?!`)([\s\S]*?[^`])\1(?!`)/y, (m) => h("code.inline", m[2].replace(/^ (.*) $/s, "$1"))],
	[/<t:(-?\d{1,17})(?::([tTdDfFsSR]))?>/y, (m) => timestamp(m[1], m[2])],
	[/<@!?(\d{1,20})>/y, (m) => userChip(m[1])],
	[/<@&(\d{1,20})>/y, (m) => roleChip(m[1])],
	[/<#(\d{1,20})>/y, (m) => channelChip(m[1])],
	[/<\/([-\w\p{L}]+(?: [-\w\p{L}]+){0,2}):(\d{1,20})>/uy, (m) => commandChip(m[1])],
	[/<a?:(\w{2,32}):\d{1,20}>/y, (m) => h("span.emoji-name", `:${m[1]}:`)],
	[/@(?:everyone|here)\b/y, (m) => h("span.chip.role", m[0])],
	[/<(https?:\/\/[^\s<>]+)>/y, (m) => link(m[1], m[1])],
	[/\[((?:[^[\]\\\n]|\\.)+)\]\(\s*<?((?:[^\s()<>\\]|\\.|\([^\s()<>]*\))+)>?(?:\s+["'][^"'\n]*["'])?\s*\)/y, masked],
	[/https?:\/\/[^\s<]+[^\s<.,:;"'\]!?]/y, bare],
	[/\|\|([\s\S]+?)\|\|/y, (m, ctx, depth) => spoiler(m[1], ctx, depth)],
	[/\*\*\*((?:\\[\s\S]|[^\\*])+)\*\*\*(?!\*)/y, (m, ctx, depth) => h("strong", nest("em", m[1], ctx, depth))],
	[/\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y, (m, ctx, depth) => nest("strong", m[1], ctx, depth)],
	[/__((?:\\[\s\S]|[^\\])+?)__(?!_)/y, (m, ctx, depth) => nest("u", m[1], ctx, depth)],
	[/~~([\s\S]+?)~~/y, (m, ctx, depth) => nest("s", m[1], ctx, depth)],
	[/\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:[^*\s\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y, (m, ctx, depth) => nest("em", m[1], ctx, depth)],
	[/_((?:__|\\[\s\S]|[^\\_])+?)_(?![\p{L}\p{N}_])/uy, (m, ctx, depth) => nest("em", m[1], ctx, depth)],
];
const SPECIAL = /[\\`<@[|*_~]|https?:\/\//g;

function inline(text, out, ctx, depth) {
	let at = 0;
	let from = 0;
	const flush = (to) => {
		if (to > from) out.append(text.slice(from, to));
	};
	while (at < text.length) {
		SPECIAL.lastIndex = at;
		const hit = depth < MAX_DEPTH && SPECIAL.exec(text);
		if (!hit) break;
		at = hit.index;
		// An underscore inside a word belongs to the word: snake_case.
		const inWord = text[at] === "_" && at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]);
		const node = !inWord && tryRules(text, at, ctx, depth);
		if (node) {
			flush(at);
			out.append(node.made);
			at = from = node.end;
		} else {
			at += 1;
		}
	}
	flush(text.length);
}

function tryRules(text, at, ctx, depth) {
	for (const [rule, build] of RULES) {
		rule.lastIndex = at;
		const match = rule.exec(text);
		if (!match) continue;
		const made = build(match, ctx, depth);
		if (made != null) return { made, end: at + match[0].length - (made.unread ?? 0) };
	}
	return null;
}

function nest(tag, text, ctx, depth) {
	const el = h(tag);
	inline(text, el, ctx, depth + 1);
	return el;
}

function spoiler(text, ctx, depth) {
	const inner = nest("span", text, ctx, depth);
	inner.inert = true;
	const reveal = () => {
		box.classList.add("open");
		inner.inert = false;
		box.removeAttribute("role");
		box.removeAttribute("tabindex");
		box.removeAttribute("aria-label");
	};
	const box = h("span.spoiler", {
		role: "button",
		tabindex: "0",
		"aria-label": "Hidden text, press to show",
		onclick: reveal,
		onkeydown: (event) => {
			if (event.key !== "Enter" && event.key !== " ") return;
			event.preventDefault();
			reveal();
		},
	}, inner);
	return box;
}

/** The address when it is one that may be opened, else nothing. */
export function safeUrl(text) {
	try {
		const url = new URL(text);
		return url.protocol === "https:" || url.protocol === "http:" ? url : null;
	} catch {
		return null;
	}
}

function link(address, text) {
	const url = safeUrl(address);
	if (!url) return null;
	const here = messageLink(url);
	if (here && typeof text === "string") return here;
	return h("a.link", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow", title: url.href }, text);
}

function masked(match, ctx, depth) {
	if (ctx.inLink) return null;
	const address = match[2].replace(/\\(.)/g, "$1");
	if (!safeUrl(address)) return null;
	const text = document.createDocumentFragment();
	inline(match[1], text, { ...ctx, inLink: true }, depth + 1);
	// Text that looks like one address over another is a trap, so both show.
	if (/https?:\/\//.test(text.textContent)) return null;
	return link(address, text);
}

function bare(match, ctx) {
	if (ctx.inLink) return null;
	let address = match[0];
	// A closing bracket belongs to the sentence unless the address opened it.
	while (address.endsWith(")") && address.split(")").length > address.split("(").length) {
		address = address.slice(0, -1);
	}
	const made = link(address, address);
	if (made) made.unread = match[0].length - address.length;
	return made;
}

/** A link to a channel or message of this world leads there, not outside. */
function messageLink(url) {
	const found = /^\/channels\/\d+\/(\d+)(?:\/(\d+))?\/?$/.exec(url.pathname);
	if (!found || !/(^|\.)discord(app)?\.com$/.test(url.hostname)) return null;
	const channel = channelById(found[1]);
	if (!channel) return null;
	return h("button.chip", {
		type: "button",
		onclick: () => emit("goto", { channel: found[1], message: found[2] }),
	}, `#${channel.name}${found[2] ? " › message" : ""}`);
}

function userChip(id) {
	const member = memberById(id) ?? state.people.find((p) => p.id === id);
	const name = member ? nameOf(member.user ?? member) : "unknown-user";
	return h("span.chip", {
		class: id === state.me?.id ? "mine" : "",
		title: member ? `@${(member.user ?? member).username}` : id,
		vars: { "--c": colorOf(id) },
	}, `@${name}`);
}

function roleChip(id) {
	const role = roleById(id);
	return h("span.chip.role", { vars: { "--c": roleColor(role) } }, role ? `@${role.name.replace(/^@/, "")}` : "@unknown-role");
}

function channelChip(id) {
	const channel = channelById(id);
	if (!channel) return h("span.chip", { title: "You cannot see this channel" }, "#no-access");
	return h("button.chip", { type: "button", onclick: () => emit("goto", { channel: id }) },
		`#${channel.name}`);
}

function commandChip(name) {
	if (!flatCommands().some((c) => c.name === name)) return h("span.chip", `/${name}`);
	return h("button.chip.command", {
		type: "button",
		title: "Use this command",
		onclick: () => emit("compose", { command: name }),
	}, `/${name}`);
}
