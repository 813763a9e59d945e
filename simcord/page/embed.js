// What the program that embeds simcord adds to the page (CONTROL.md).

import { callHost } from "./api.js";
import { $, fill, h } from "./dom.js";
import { currentChannel, emit, on, state } from "./state.js";
import { isShown, toBottom } from "./timeline.js";

let latest = null;
let started = false;
let wanted = null;
let way = null;
let marked = null;

const page = {
	h,
	fill,
	on,
	state: () => latest,
	call: callHost,
	trouble: (text) => emit("trouble", text),
	place: () => ({ person: state.me?.id, username: state.me?.username, channel: state.channelId, name: currentChannel()?.name }),
	go,
	highlight(selector) {
		marked = selector;
		drawMark();
	},
};

/** Called with what `hello` says of the host. */
export function meetHost(host, actions) {
	hostSays(host.state);
	way = actions;
	if (started) return;
	started = true;
	new MutationObserver(drawMark).observe(document.body, { childList: true, subtree: true });
	if (host.files.includes("/host.css")) document.head.append(h("link", { rel: "stylesheet", href: "/host.css" }));
	if (host.files.includes("/host.js")) {
		import("/host.js").then((script) => script.start(page)).catch((error) => emit("trouble", error.message));
	}
}

export function hostSays(next) {
	latest = next;
	emit("host", next);
}

/** Called when the view of the person who is being played has arrived. */
export async function hostGoesOn(shown) {
	await shown;
	const to = wanted;
	wanted = null;
	if (to) go(to);
}

async function go({ person, channel, message, text }) {
	const somebody = state.people.find((known) => known.id === person);
	if (somebody && somebody.id !== state.me.id) {
		wanted = { person, channel, message, text };
		history.replaceState(null, "", `${location.search}#${channel ?? ""}`);
		return way.become(somebody, { replace: true });
	}
	wanted = null;
	const focus = document.activeElement;
	// What is still being read ends at its newest message by itself.
	const there = channel !== state.channelId || isShown(channel);
	if (channel) await way.goTo({ channel, message: there ? message : null, quiet: true });
	if (!message) toBottom();
	else if (text) showText(message, text);
	if (focus && focus !== document.body && focus.isConnected) focus.focus({ preventScroll: true });
	else if ($("log").contains(document.activeElement)) document.activeElement.blur();
}

/** Brings the line of a message that has this text into the middle. */
function showText(id, text) {
	const log = $("log");
	const row = log.querySelector(`[data-id="${CSS.escape(id)}"]`);
	const walker = row && document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
	while (walker?.nextNode()) {
		if (!walker.currentNode.data.includes(text)) continue;
		const line = document.createRange();
		line.selectNodeContents(walker.currentNode);
		log.scrollTop += line.getBoundingClientRect().top - log.getBoundingClientRect().top - log.clientHeight / 2;
		return;
	}
}

function drawMark() {
	const found = marked && document.querySelector(marked);
	for (const old of document.querySelectorAll(".marked")) if (old !== found) old.classList.remove("marked");
	if (found && !found.classList.contains("marked")) found.classList.add("marked");
}
