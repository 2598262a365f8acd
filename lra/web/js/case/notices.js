// What was told of a case (features 38 and 17): each notice, whom it reached and how; a clerk sends one again. While its receipt
// is waited for, the reminders that went out, and those to come.
import { ask } from "../api.js";
import { badge } from "../cases.js";
import { form } from "../deed.js";
import { make } from "../dom.js";
import { day, say, sayOf, time } from "../words.js";
import { list, part } from "./parts.js";

const tones = { queued: "moving", sent: "good", bounced: "bad", failed: "bad", late: "over" };

// One form for all recipients of the notice: it goes out anew to each of them.
function resend(notice, at) {
	const again = async () => {
		await ask("POST", `notices/${notice.id}/again`, {});
		await at.again();
		at.said(say("sentAgain"));
	};
	return form({ class: "plain again" }, again, make("button", { type: "submit", class: "small", "aria-label": `${say("sendAgain")}: ${sayOf("notice", notice.kind)} ${time(notice.at)}` }, say("sendAgain")));
}

const delivery = (one) => make("li", {}, badge(tones[one.state], sayOf("told", one.state)), ` ${one.recipient} `,
	make("span", { class: "quiet" }, [sayOf("channel", one.channel), time(one.at), one.next && one.tries > 0 ? say("triedAgain", { time: time(one.next) }) : "",
		one.state === "sent" ? "" : one.answer].filter(Boolean).join(" · ")));

const row = (notice, at, mayResend) => make("li", {},
	make("time", { datetime: notice.at }, time(notice.at)),
	make("div", {}, make("strong", {}, sayOf("notice", notice.kind), notice.days ? ` ${say(`daysOf.${notice.kind}`, { days: notice.days })}` : null),
		notice.forApplicant ? make("small", {}, notice.forApplicant) : null,
		notice.deliveries.length === 0 ? make("small", {}, say("nobodyTold")) : make("ul", { class: "deliveries" }, notice.deliveries.map(delivery))),
	mayResend && notice.deliveries.length > 0 ? resend(notice, at) : null);

// Until when it should be confirmed, when the holder is reminded, and what happens then.
function chase({ deliveries, notices, reminders, unreceived }) {
	if (!reminders) return null;
	const due = deliveries.at(-1).receiptDueAt, since = new Date(deliveries.at(-1).deliveredAt);
	const sent = (days) => notices.some((one) => one.kind === "receiptReminder" && one.days === days && new Date(one.at) >= since);
	return list([
		[say("receiptDue"), day(due), new Date(due) < new Date() ? make("strong", { class: "late" }, ` ! ${say("late")}`) : null],
		[say("reminders"), reminders.map((one) => make("span", { class: "reminder" }, `${day(one.at)} `, badge(sent(one.days) ? "good" : "open", say(sent(one.days) ? "reminded" : "toCome"))))],
		[say("onExpiry"), sayOf("unreceived", unreceived)],
	]);
}

export function noticesOf(one, past, at) {
	const mayResend = at.session.roles.includes("lraClerk") && one.lra === at.session.lra?.id;
	return part("told", say("noticesOfCase"), chase(past),
		past.notices.length === 0 ? make("p", { class: "quiet" }, say("nothingTold")) : make("ol", { class: "history told" }, past.notices.toReversed().map((notice) => row(notice, at, mayResend))));
}
