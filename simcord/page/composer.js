// The message box: writing with files, commands behind `/`, names behind `@` and `#`, the form of a command.

import { $, fill, h, icon, iconButton } from "./dom.js";
import { runCommand } from "./actions.js";
import { act, upload } from "./api.js";
import { channels, fitting, people, roles } from "./choices.js";
import { Listbox } from "./menu.js";
import { size } from "./message.js";
import { toBottom } from "./timeline.js";
import { parseOptions, slashForm } from "./slash.js";
import { commandNamed, currentChannel, flatCommands, nameOf, on, placeName, state } from "./state.js";

/** The list above the message box, lent to whichever input has the keyboard. */
class Completions extends Listbox {
	isOpen = false;

	constructor() {
		super({ label: "Suggestions", onPick: (item) => this.picked?.(item) });
		this.heading = h("p.completions-head");
		this.outer = h("div.completions", { hidden: true }, this.heading, this.el);
	}

	own(input, picked) {
		if (this.input !== input) this.close();
		Object.assign(this, { input, picked });
	}

	open(items, { active = 0, note = "", heading = "" } = {}) {
		if (!items.length && !note) return this.close();
		this.heading.textContent = heading;
		this.show(items, { active, note });
		this.turn(true);
	}

	note(text) {
		if (text !== "Looking…" || !this.isOpen || !this.items.length) this.open([], { note: text });
	}

	close(input = this.input) {
		if (input !== this.input) return;
		this.show([]);
		this.turn(false);
	}

	turn(isOpen) {
		this.isOpen = isOpen;
		this.outer.hidden = !isOpen;
		this.input?.setAttribute("aria-expanded", String(isOpen));
	}
}

const list = new Completions();
const status = h("div#composer-status", { role: "status" });
const input = h("textarea#input", {
	rows: 1, maxlength: 2000, "aria-label": "Message", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id,
	oninput: typed, onkeydown: key, onclick: suggest,
	onfocus: () => list.own(input, pick), onblur: () => list.close(input),
	onpaste: (event) => attach(event.clipboardData.files),
});
const chooser = h("input", { type: "file", multiple: true, hidden: true, onchange: () => {
	attach(chooser.files);
	chooser.value = "";
} });
const tray = h("ul.tray", { "aria-label": "Files to send", hidden: true });
const box = h("div.box");
let form = null;
let files = [];
const drafts = new Map();

const MOST_FILES = 10;

export function startComposer() {
	fill($("composer"), list.outer, tray, box, status, chooser);
	on("compose", ({ command }) => {
		const entry = commandNamed(command);
		if (entry) useCommand(entry);
	});
	on("mention", (user) => {
		leaveForm();
		insert(input.selectionStart, input.selectionEnd, `@${nameOf(user)} `);
	});
	drawBox();
}

export function showComposer(previousChannel) {
	if (previousChannel && !form) drafts.set(previousChannel, input.value);
	leaveForm(false);
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
	files = [];
	drawTray();
}

export const focusComposer = () => (form ?? input).focus();

export function takeKey() {
	if (!form && !input.disabled) input.focus();
}

function drawBox() {
	fill(box, form ? form.el : [
		iconButton("clip", "Attach files", () => chooser.click()),
		iconButton("slash", "Commands", () => {
			input.value = "/";
			input.focus();
			typed();
		}),
		input],
	iconButton("send", "Send", () => (form ? form.submit() : send())));
}

function say(text, how = "") {
	status.className = how;
	fill(status, how === "busy" && h("i.spinner"), how === "bad" && icon("warn"), text);
}

function grow() {
	input.style.height = "auto";
	input.style.height = `${Math.min(input.scrollHeight, 220)}px`;
}

/** Gives files to the server at once, so that one that is too large is known before it is missed. */
async function attach(chosen) {
	for (const file of [...chosen]) {
		if (files.length >= MOST_FILES) return say(`A message takes ${MOST_FILES} files.`, "bad");
		say(`Reading ${file.name}…`, "busy");
		try {
			files.push(await upload(file));
			say("");
		} catch (error) {
			say(`${file.name}: ${error.message}`, "bad");
		}
		drawTray();
	}
	input.focus();
}

function drawTray() {
	tray.hidden = !files.length;
	fill(tray, files.map((file) => h("li", icon("file"), h("span.grow", file.filename), h("span.dim", size(file.size)),
		iconButton("close", `Leave out ${file.filename}`, () => {
			files = files.filter((other) => other !== file);
			drawTray();
			input.focus();
		}))));
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
		if (c.name.startsWith(words.join(" "))) return 0;
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

/** The server makes mentions of the names, so they stand in the box as people read them. */
function suggestNames(mark, text, from, to) {
	const rows = mark === "#" ? channels([0, 2, 5]) : [...people(), ...roles()].map((row) => ({ ...row, label: `@${row.label}` }));
	const items = fitting(rows, text).slice(0, 12).map((item) => ({ ...item, from, to }));
	list.open(items, { heading: mark === "#" ? "Channels" : "People and roles" });
}

function pick(item) {
	if (item.entry) return useCommand(item.entry);
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
	const wish = {
		ArrowDown: list.isOpen && (() => list.move(1)),
		ArrowUp: list.isOpen && (() => list.move(-1)),
		Escape: list.isOpen && (() => list.close()),
		Tab: chosen && (() => pick(chosen)),
		Enter: chosen ? () => pick(chosen) : send,
	}[!event.shiftKey && event.key];
	if (!wish) return;
	event.preventDefault();
	wish();
}

function useCommand(entry, rest = "") {
	list.close();
	input.value = "";
	grow();
	say("");
	form = slashForm(entry, { list, onSubmit: sendCommand, onCancel: () => leaveForm() });
	for (const { name, raw } of parseOptions(rest)) {
		const option = form.option(name);
		if (option) form.add(option, raw);
	}
	drawBox();
	form.focus();
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
	const text = input.value;
	const taken = files;
	if (!(text.trim() || taken.length) || !channel) return;
	if (text.startsWith("/") && flatCommands().length) {
		return say("That is not a command of this server. Pick one from the list, or begin with another character.", "bad");
	}
	input.value = "";
	files = [];
	grow();
	drawTray();
	try {
		await act("message", { channel: channel.id, content: text.trim(), files: taken.map((file) => file.id) });
		say("");
	} catch (error) {
		input.value ||= text;
		files = [...taken, ...files];
		grow();
		drawTray();
		say(error.message, "bad");
	}
}

async function sendCommand(values) {
	const sent = form;
	const { name } = sent.entry;
	const waiting = () => say(`Waiting for the answer to /${name}…`, "busy");
	toBottom();
	sent.setBusy(true);
	waiting();
	// A slow answer must not keep the message box; a quick refusal still finds the form.
	const timer = setTimeout(() => {
		if (form !== sent) return;
		leaveForm(sent.el.contains(document.activeElement) || document.activeElement === document.body);
		waiting();
	}, 1500);
	const problem = await runCommand(state.channelId, name, values);
	clearTimeout(timer);
	if (!problem) {
		if (form === sent) leaveForm(!document.querySelector("dialog[open]"));
		say("");
	} else if (form === sent) {
		sent.setBusy(false);
		sent.setError(problem);
		say("");
		sent.focus();
	} else {
		say(`/${name}: ${problem}`, "bad");
	}
}
