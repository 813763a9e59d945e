// The message box: plain writing, the picker of commands behind `/`, names
// behind `@` and `#`, and the form of a chosen command.

import { $, fill, h, icon, iconButton } from "./dom.js";
import { runCommand } from "./actions.js";
import { api } from "./api.js";
import { avatar } from "./message.js";
import { Listbox } from "./menu.js";
import { toBottom } from "./timeline.js";
import { SlashForm, parseOptions } from "./slash.js";
import { currentChannel, currentGuild, flatCommands, isReadable, nameOf, on, placeName, roleColor, state } from "./state.js";

/** The list above the message box, lent to whichever input has the keyboard. */
class Completions {
	constructor() {
		this.heading = h("p.completions-head");
		this.box = new Listbox({ label: "Suggestions", onPick: (item) => this.onPick?.(item) });
		this.box.onActive = (id) => {
			if (id) this.input?.setAttribute("aria-activedescendant", id);
			else this.input?.removeAttribute("aria-activedescendant");
		};
		this.id = this.box.id;
		this.el = h("div.completions", { hidden: true }, this.heading, this.box.el);
		this.isOpen = false;
	}

	own(input, onPick) {
		if (this.input !== input) this.close();
		this.input = input;
		this.onPick = onPick;
	}

	open(items, { active = 0, note = "", heading = "" } = {}) {
		if (!items.length && !note) return this.close();
		this.heading.textContent = heading;
		this.box.show(items, { active, note });
		this.el.hidden = false;
		this.isOpen = true;
		this.input?.setAttribute("aria-expanded", "true");
	}

	note(text) {
		// While new options are looked up, the old ones stay where they are.
		if (text === "Looking…" && this.isOpen && this.box.items.length) return;
		this.open([], { note: text });
	}

	close(input = this.input) {
		if (input !== this.input) return;
		this.el.hidden = true;
		this.isOpen = false;
		this.box.show([]);
		this.input?.setAttribute("aria-expanded", "false");
	}

	move(step) {
		this.box.move(step);
	}

	get current() {
		return this.box.current;
	}
}

const list = new Completions();
const status = h("div#composer-status", { role: "status" });
const input = h("textarea#input", {
	rows: 1, maxlength: 2000, "aria-label": "Message", autocomplete: "off",
	"aria-autocomplete": "list", "aria-controls": list.id,
});
const box = h("div.box");
let form = null;
/** channel id → what was being written there. */
const drafts = new Map();
/** Names picked behind `@` or `#`, and the mention that each stands for. */
const picked = new Map();
let lastCommand = null;

export function startComposer() {
	fill($("composer"), list.el, box, status);
	input.addEventListener("input", typed);
	input.addEventListener("keydown", key);
	input.addEventListener("focus", () => list.own(input, pick));
	input.addEventListener("blur", () => list.close(input));
	input.addEventListener("click", () => suggest());
	on("compose", ({ command }) => {
		const entry = flatCommands().find((c) => c.name === command);
		if (entry) useCommand(entry);
	});
	on("mention", (member) => {
		leaveForm();
		const name = `@${nameOf(member.user)}`;
		picked.set(name, `<@${member.user.id}>`);
		insert(input.selectionStart, input.selectionEnd, `${name} `);
	});
	drawBox();
}

/** Another channel, or another person: another draft. */
export function showComposer(previousChannel) {
	if (previousChannel && !form) drafts.set(previousChannel, input.value);
	if (form) leaveForm(false);
	const channel = currentChannel();
	input.value = drafts.get(channel?.id) ?? "";
	input.placeholder = channel ? `Message ${placeName(channel)}` : "Choose a channel";
	input.disabled = !channel;
	say("");
	list.close();
	grow();
}

export function forgetDrafts() {
	drafts.clear();
	input.value = "";
	lastCommand = null;
}

export const focusComposer = () => (form ? form.focus() : input.focus());

/** A printable key pressed anywhere else goes into the message box. */
export function takeKey() {
	if (!form && !input.disabled) input.focus();
}

function drawBox() {
	fill(box, form ? form.el : [
		iconButton("slash", "Commands", () => {
			input.value = "/";
			input.focus();
			typed();
		}, { class: "slash-button" }),
		input],
	iconButton("send", "Send", () => (form ? form.submit() : send())));
}

function say(text, { bad = false, busy = false } = {}) {
	status.className = bad ? "bad" : "";
	fill(status, busy && h("i.spinner"), bad && icon("warn"), text);
}

function grow() {
	input.style.height = "auto";
	input.style.height = `${Math.min(input.scrollHeight, 220)}px`;
}

function typed() {
	say("");
	grow();
	const text = input.value;
	// A whole command name and a space is a choice, also when it is pasted.
	if (text.startsWith("/")) {
		const entry = flatCommands()
			.filter((c) => text.startsWith(`/${c.name} `) || text.startsWith(`/${c.name}\n`))
			.sort((a, b) => b.name.length - a.name.length)[0];
		if (entry) return useCommand(entry, text.slice(entry.name.length + 2));
	}
	suggest();
}

function suggest() {
	list.own(input, pick);
	const text = input.value;
	const at = input.selectionStart;
	if (text.startsWith("/") && !text.includes("\n")) return suggestCommands(text.slice(1));
	const word = /(?:^|\s)([@#])([^\s@#]*)$/.exec(text.slice(0, at));
	if (word) return suggestNames(word[1], word[2], at - word[2].length - 1, at);
	list.close();
}

function suggestCommands(text) {
	const words = text.toLowerCase().split(/\s+/).filter(Boolean);
	const rank = (c) => {
		const query = words.join(" ");
		if (c.name.startsWith(query)) return 0;
		if (words.every((w) => c.name.includes(w))) return 1;
		return words.every((w) => `${c.name} ${c.description}`.toLowerCase().includes(w)) ? 2 : 9;
	};
	const hits = flatCommands().map((c) => [rank(c), c]).filter(([r]) => r < 9).sort((a, b) => a[0] - b[0]);
	list.open(hits.map(([, entry]) => ({
		label: `/${entry.name}`,
		description: entry.description,
		hint: entry.options.filter((o) => o.required).map((o) => o.name).join(" "),
		entry,
	})), { heading: "Commands", note: "No command has this name." });
}

function suggestNames(mark, text, from, to) {
	const guild = currentGuild();
	const start = text.toLowerCase();
	const fits = (...names) => names.some((n) => n.toLowerCase().includes(start));
	const items = mark === "#"
		? guild.channels.filter((c) => isReadable(c) && fits(c.name)).map((c) => ({ label: `#${c.name}`, mention: `<#${c.id}>` }))
		: [
			...guild.members.filter((m) => fits(nameOf(m.user), m.user.username))
				.map((m) => ({ label: `@${nameOf(m.user)}`, hint: m.user.username, picture: avatar(m.user, "small"), mention: `<@${m.user.id}>` })),
			...guild.roles.filter((r) => r.id !== guild.id && fits(r.name))
				.map((r) => ({ label: `@${r.name}`, hint: "role", picture: h("span.dot", { vars: { "--c": roleColor(r) } }), mention: `<@&${r.id}>` })),
		];
	list.open(items.slice(0, 12).map((item) => ({ ...item, from, to })), { heading: mark === "#" ? "Channels" : "People and roles" });
}

function pick(item) {
	if (item.entry) return useCommand(item.entry);
	picked.set(item.label, item.mention);
	insert(item.from, item.to, `${item.label} `);
	list.close();
}

function insert(from, to, text) {
	input.focus();
	input.setRangeText(text, from, to, "end");
	grow();
}

function key(event) {
	if (event.isComposing) return;
	const chosen = list.isOpen && list.current;
	if (list.isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
		event.preventDefault();
		list.move(event.key === "ArrowDown" ? 1 : -1);
	} else if (event.key === "Escape" && list.isOpen) {
		event.preventDefault();
		list.close();
	} else if (chosen && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
		event.preventDefault();
		pick(chosen);
	} else if (event.key === "Enter" && !event.shiftKey) {
		event.preventDefault();
		send();
	} else if (event.key === "ArrowUp" && input.value === "" && lastCommand) {
		event.preventDefault();
		const entry = flatCommands().find((c) => c.name === lastCommand.name);
		if (entry) useCommand(entry).recall(lastCommand.memory);
	}
}

/** Opens the form of a command, with options that were typed out behind it. */
function useCommand(entry, rest = "") {
	list.close();
	input.value = "";
	grow();
	say("");
	form = new SlashForm(entry, { list, onSubmit: sendCommand, onCancel: () => leaveForm() });
	for (const { name, raw } of parseOptions(rest)) {
		const option = entry.options.find((o) => o.name === name);
		if (option) form.add(option, raw);
	}
	drawBox();
	form.focus();
	return form;
}

function leaveForm(refocus = true) {
	if (!form) return;
	list.close();
	form = null;
	drawBox();
	say("");
	if (refocus) input.focus();
}

async function send() {
	const channel = currentChannel();
	let content = input.value.trim();
	if (!content || !channel) return;
	if (content.startsWith("/") && flatCommands().length) {
		say("That is not a command of this server. Pick one from the list, or begin with another character.", { bad: true });
		return;
	}
	// Longer names first, so that "@Ann" does not cut "@Annabel" in two.
	for (const [name, mention] of [...picked].sort((a, b) => b[0].length - a[0].length)) {
		content = content.replaceAll(name, mention);
	}
	const typedText = input.value;
	input.value = "";
	grow();
	try {
		await api.write(state.me.id, channel.id, content);
		say("");
	} catch (error) {
		// Nothing that was written is lost when it could not be sent.
		if (!input.value) input.value = typedText;
		grow();
		say(error.message, { bad: true });
	}
}

async function sendCommand(values) {
	const sent = form;
	const channel = state.channelId;
	const name = sent.entry.name;
	toBottom();
	lastCommand = { name, memory: sent.remember() };
	sent.setBusy(true);
	say(`Waiting for the answer to /${name}…`, { busy: true });
	// A slow answer must not keep the message box; a quick refusal still finds
	// the form with everything in it.
	const letGo = () => {
		if (form !== sent) return;
		const had = sent.el.contains(document.activeElement) || document.activeElement === document.body;
		leaveForm(had);
		say(`Waiting for the answer to /${name}…`, { busy: true });
	};
	const timer = setTimeout(letGo, 1500);
	const problem = await runCommand(channel, name, values);
	clearTimeout(timer);
	if (!problem) {
		if (form === sent) leaveForm(!document.querySelector("dialog[open]"));
		say("");
		return;
	}
	if (form === sent) {
		sent.setBusy(false);
		sent.setError(problem);
		say("");
		sent.focus();
	} else {
		say(`/${name}: ${problem}`, { bad: true });
	}
}
