// The tour on the page: the welcome, the bar that tells and guides, and the reset.

let page = null;
let stage = null;
let turn = 0;
let mode = null;
let bar = null;
let dialog = null;
const parts = {};

const WAYS = [
	["watch", "Watch", "The bot runs a whole dot release with four people, in about 90 seconds. You can pause it."],
	["try", "Try it", "Start a release yourself, in six short steps. Each one can be shown to you or skipped."],
	["free", "Look around", "Nobody leads. #start-here says what you can do."],
];

const SEEN = [
	"The bot opened the channel, counted the dates back, pinned the board and called only those who owed something.",
	"People ticked, tested and decided. A locked phase stayed locked until everybody had agreed.",
	"Something broke; the one who could help was called, and the record kept all of it.",
];

/** Where each step points, by the word that the tour has for it. */
const SPOTS = {
	"message-box": "#composer",
	select: "#log button[aria-haspopup=listbox]",
	"next-wake-up": "#clock-go",
	accept: "#log .button.success",
};

export function start(given) {
	page = given;
	bar = page.h("section#tour", { "aria-label": "Tour", hidden: true });
	dialog = page.h("dialog#tour-dialog", { "aria-labelledby": "tour-title" });
	document.getElementById("app").before(bar);
	document.body.append(dialog);
	dialog.addEventListener("cancel", (event) => {
		event.preventDefault();
		if (parts.escape) ask(parts.escape);
	});
	page.on("host", show);
	page.on("clockbar", drawReset);
	for (const name of ["channel", "world"]) page.on(name, point);
	drawReset();
	stage = page.state().stage;
	show(page.state());
	if (page.state().mode === "setting") ask("ready", { stage });
}

/** Asks the tour for something. */
async function ask(name, body) {
	if (name === "close") return closeDialog();
	try {
		await page.call(name, body);
	} catch (error) {
		// A reset ends the very server that was asked.
		if (name !== "reset") page.trouble(error.message);
	}
}

function show(state) {
	// Another stage has other channels and other people under the same names.
	if (state.stage !== stage) return location.replace(location.pathname + location.search);
	if (state.mode !== mode) {
		mode = state.mode;
		parts.escape = null;
		draw(state);
	}
	update(state);
}

function draw(state) {
	const talks = { welcome, setting, watched, tried }[state.mode];
	if (talks) talks(state);
	else closeDialog();
	bar.hidden = !["watching", "trying"].includes(state.mode);
	parts.caption = null;
	if (state.mode === "watching") {
		drawBar([button("pause", "Pause"), button("skip", "Skip"), button("stop", "Stop")]);
	} else if (state.mode === "trying") {
		drawBar([button("show", "Show me", "primary"), button("skip", "Skip"), button("stop", "End")]);
	} else {
		page.fill(bar);
		page.highlight(null);
	}
}

/** The bar stays the same while its words change, so that the keyboard keeps its place in it. */
function drawBar(buttons) {
	parts.count = page.h("span.tour-count");
	parts.told = page.h("p.tour-told", { role: "status" });
	parts.caption = page.h("p.tour-caption", { role: "status" });
	parts.more = page.h("p.tour-more");
	parts.buttons = buttons;
	page.fill(bar, page.h("div.tour-text", parts.told, page.h("div.tour-line", parts.count, parts.caption), parts.more), page.h("div.tour-buttons", buttons));
}

const button = (name, label, kind = "secondary") =>
	page.h("button.button", { type: "button", class: `small ${kind}`, dataset: { call: name }, onclick: (event) => ask(event.currentTarget.dataset.call) }, label);

function update(state) {
	if (state.mode === "watching") {
		write(parts.count, `${state.number}/${state.of}`);
		write(parts.caption, state.caption);
		write(parts.more, state.paused ? "Paused. Look around; the story goes on where it was." : state.doing ?? "");
		const [pause] = parts.buttons;
		pause.dataset.call = state.paused ? "continue" : "pause";
		write(pause, state.paused ? "Continue" : "Pause");
		if (!state.paused) look(state.look);
	} else if (state.mode === "trying") {
		write(parts.count, `${state.number}/${state.of}`);
		write(parts.told, state.told ? `✓ ${state.told}` : "");
		write(parts.caption, `${state.title}: ${state.what}`);
		write(parts.more, state.problem ?? state.doing ?? state.why);
		bar.classList.toggle("bad", Boolean(state.problem));
		look(state.look);
		point();
	}
}

// The same text again would be read out again.
function write(el, text) {
	if (el.textContent !== text) el.textContent = text;
}

/** The page follows once to each place; where nobody looks, it stays. */
function look(at) {
	if (!at || at.turn === turn || document.visibilityState === "hidden") return;
	turn = at.turn;
	page.go(at);
}

/** Marks the next thing to press: the person, the channel, or the place where the step is done. */
function point() {
	const state = page.state();
	if (mode !== "trying" || state.look) return page.highlight(null);
	const at = page.place();
	const inList = (selector) => (document.getElementById("sidebar").checkVisibility({ visibilityProperty: true }) ? selector : "#open-channels");
	if (state.as && at.username !== state.as) page.highlight(inList("#switch"));
	else if (state.channel && at.channel !== state.channel) page.highlight(inList(`#channels [data-key="${CSS.escape(state.channel)}"]`));
	else page.highlight(SPOTS[state.spot]);
}

function drawReset() {
	const buttons = document.querySelector(".clock-buttons");
	if (!buttons || document.getElementById("tour-reset")) return;
	buttons.append(page.h("button.clock-button#tour-reset", { type: "button", title: "Begin the demo anew", "aria-label": "Reset: begin the demo anew", onclick: sure },
		page.h("span.wide", "Reset"), page.h("span.narrow", "↺")));
}

function sure() {
	parts.escape = "close";
	talk("Begin anew?", ["Everything in this demo goes: releases, messages and the database."],
		[button("reset", "Reset", "danger"), button("close", "Cancel")]);
	dialog.querySelector("[data-call=close]").focus();
}

function welcome() {
	parts.escape = "free";
	talk("T-minus runs dot releases", ["This is the real bot on a real database. Only Discord is a local one, and the clock is yours to move."], ways(["watch", "try", "free"]));
}

function setting() {
	talk("Setting the stage…", ["A new database, a new server, the same bot."], []);
}

function watched(state) {
	parts.escape = "free";
	const again = ways(["try", "free", "watch"], { watch: "Watch again" });
	if (state.whole) talk("7.2.1 has shipped", SEEN, again);
	else talk("The story was stopped", ["What you do next begins with a new server."], again);
}

function tried(state) {
	parts.escape = "close";
	talk("That was the tour", state.steps, [
		...ways(["free", "watch"], { free: "Go on by yourself" }, { free: "Everything stays as it is. Reset, in the clock bar, begins anew." }),
	]);
}

function ways(names, labels = {}, texts = {}) {
	return names.map((name) => {
		const [, label, text] = WAYS.find(([way]) => way === name);
		return page.h("button.tour-way", { type: "button", dataset: { call: name }, onclick: () => ask(name) },
			page.h("b", labels[name] ?? label), page.h("span", texts[name] ?? text));
	});
}

function talk(title, lines, choices) {
	page.highlight(null);
	page.fill(dialog, page.h("h2#tour-title", { tabindex: "-1" }, title), page.h("div", { "aria-live": "polite" }, lines.map((line) => page.h("p", line))), page.h("div.tour-choices", choices));
	if (!dialog.open) dialog.showModal();
	(dialog.querySelector("button") ?? dialog.querySelector("h2")).focus();
}

function closeDialog() {
	if (dialog.open) dialog.close();
	point();
}
