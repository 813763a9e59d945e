// What the program that embeds simcord adds to the page: its script and its
// style, and the object that its script is started with (CONTROL.md).

import { callHost } from "./api.js";
import { fill, h } from "./dom.js";
import { currentChannel, emit, on, state } from "./state.js";
import { toBottom } from "./timeline.js";

let latest = null;
let started = false;
let wanted = null;
let way = null;
let marked = null;

const page = {
	h,
	fill,
	on,
	/** What the host shows. `on("host", fn)` hears of each change. */
	state: () => latest,
	/** Calls the host; the promise fails with its sentence. */
	call: callHost,
	/** Says that something went wrong, as the page itself does. */
	trouble: (text) => emit("trouble", text),
	/** Who is being played, and where: `{person: id, username, channel: id, name}`. */
	place: () => ({ person: state.me?.id, username: state.me?.username, channel: state.channelId, name: currentChannel()?.name }),
	/** Looks through a person's eyes at a channel, and at one message of it. The keyboard stays where it is. */
	go,
	/** Marks what this selector finds, also when it is drawn again; without one, nothing is marked. */
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
export function hostGoesOn() {
	const to = wanted;
	wanted = null;
	if (to) go(to);
}

async function go({ person, channel, message }) {
	const somebody = state.people.find((known) => known.id === person);
	if (somebody && somebody.id !== state.me.id) {
		wanted = { person, channel, message };
		history.replaceState(null, "", `${location.search}#${channel ?? ""}`);
		return emit("become", somebody);
	}
	const focus = document.activeElement;
	if (channel) await way.goTo({ channel, message, quiet: true });
	if (!message) toBottom();
	if (focus !== document.activeElement && focus?.isConnected) focus.focus({ preventScroll: true });
}

function drawMark() {
	const found = marked && document.querySelector(marked);
	for (const old of document.querySelectorAll(".marked")) if (old !== found) old.classList.remove("marked");
	if (found && !found.classList.contains("marked")) found.classList.add("marked");
}
