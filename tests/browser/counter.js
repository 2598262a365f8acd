// The counter as a clerk, an approver and a stranger see it. node counter.js ADDRESS CEREMONY PICTURES; standard input: what is
// in the registry, as {"receipts":[…], "received": receipt to withdraw, "identified": receipt to send back}.
import { readFileSync } from "node:fs";
import { check, end, equal, hold, launch, person, shown, words } from "./browser.js";

const [address, ceremony, pictures] = process.argv.slice(2);
const registry = JSON.parse(readFileSync(0, "utf8"));
const browser = await launch();
const address_of = (language, page = "") => `${address}/?lang=${language}${page}`;
const text = (page) => page.locator("body").innerText();

function complete(name, language, body) {
	const keys = Object.keys(words.ja).filter((key) => key.includes("."));
	equal(`${name} ${language}: no key of the catalogue stands on the page`, [], keys.filter((key) => body.includes(key)));
	check(`${name} ${language}: no word is missing`, !/undefined|\[object/.test(body), body);
}

async function pages(language, name) {
	const say = words[language];
	const { context, page, wrong } = await person(browser, address, ceremony, name, language);
	const look = async (what) => {
		complete(what, language, await text(page));
		equal(`${what} ${language}: the page says its language`, language, await page.getAttribute("html", "lang"));
		await hold(page, `${what} ${language}`, wrong, `${pictures}/${what}-${language}.png`);
	};
	await shown(page, () => page.goto(address_of(language)));
	await look("login");
	await shown(page, () => page.getByRole("button", { name: say["login.card"] }).click());
	equal(`queue ${language}: the heading`, say["tab.identify"], await page.innerText("h1"));
	equal(`queue ${language}: the cases that the registry has, in their order (feature 1)`, registry.receipts,
		await page.locator("table.list a.number").allInnerTexts());
	equal(`queue ${language}: the tabs count what the registry counts (feature 1)`, registry.counts,
		Object.fromEntries(await page.locator(".tabs a").evaluateAll((all) => all.map((one) =>
			[one.hash.split("/").pop(), Number(one.querySelector(".count").textContent)]))));
	await look("queue");

	for (let i = 0; i < 3; i++) await page.keyboard.press("j");
	equal(`queue ${language}: j three times is at the third`, registry.receipts[2], await page.evaluate(() => document.activeElement.innerText));
	await page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "j", keyCode: 229, bubbles: true })));
	equal(`queue ${language}: a key of a composition moves nothing`, registry.receipts[2], await page.evaluate(() => document.activeElement.innerText));
	await shown(page, () => page.keyboard.press("Enter"));
	check(`case ${language}: Enter opened it`, (await page.innerText("h1")).startsWith(registry.receipts[2]), await page.innerText("h1"));
	check(`case ${language}: it shows what will be issued`, (await text(page)).includes("Mirai Bank, Ltd."));
	equal(`case ${language}: a clerk is offered to verify, to correct, to hold and to withdraw, and nothing of an approver`,
		[say["do.verify"], say["do.correct"], say["do.hold"], say["do.withdraw"]], await page.locator("a.button, details.deed summary").allInnerTexts());
	await look("case");

	await page.keyboard.press("?");
	await page.locator("#keys[open]").waitFor();
	await look("keys");
	await page.keyboard.press("Escape");
	await shown(page, () => page.goto(address_of(language, "#/queue/receipt")));
	check(`empty ${language}: an empty queue says so`, (await text(page)).includes(say.empty));
	await look("empty");
	await page.keyboard.press("/");
	await page.keyboard.type(registry.receipts[1].slice(0, 10));
	await shown(page, () => page.keyboard.press("Enter"));
	equal(`search ${language}: / and a part of the number find the case`, [registry.receipts[1]], await page.locator("table.list a.number").allInnerTexts());
	check(`search ${language}: what was searched is not in the address`, !page.url().includes("A26"), page.url());
	await look("search");
	await page.route("**/v1/queue*", (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<html>proxy" }), { times: 1 });
	await shown(page, () => page.goto(address_of(language, "#/queue")));
	check(`away ${language}: an answer that is not the interface's is told in plain words`, (await text(page)).includes(say.away), await text(page));
	await shown(page, () => page.goto(address_of(language, "#/case/A26-000001-!")));
	check(`refusal ${language}: it has a ref and a way on`, /ref \S+/.test(await text(page)) && (await text(page)).includes(say.toBegin), await text(page));
	await look("refusal");
	await page.setViewportSize({ width: 320, height: 640 }); // 1280 at 400 %
	await shown(page, () => page.goto(address_of(language)));
	check(`queue ${language}: at 400 % the page itself does not scroll sideways`,
		await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), await page.evaluate(() => document.documentElement.scrollWidth));
	await look("queue-narrow");
	await context.close();
}

// Keys only: to the case, into the deed, words, done; an empty reason changes nothing.
async function turn(name, receipt, deed, state) {
	const { context, page, wrong } = await person(browser, address, ceremony, name, "ja");
	await shown(page, () => page.goto(address_of("ja")));
	await shown(page, () => page.getByRole("button", { name: words.ja["login.card"] }).click());
	await shown(page, () => page.goto(address_of("ja", `#/case/${receipt}`)));
	await page.locator("details.deed summary", { hasText: words.ja[`do.${deed}`] }).focus();
	await page.keyboard.press("Enter");
	for (let past = deed === "withdraw" ? 0 : 2; past > 0; past--) await page.keyboard.press("Tab"); // the choice of a reason, the words for the applicant
	await page.keyboard.press("Tab");
	await page.keyboard.type("jq? 書類不足");
	equal(`${deed}: letters that are typed are no commands`, "jq? 書類不足", await page.locator(`#${deed}-reason`).inputValue());
	await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	await page.getByText(words.ja[`done.${deed}`]).waitFor();
	check(`${deed}: the page shows the new state`, (await page.innerText(".title")).includes(words.ja[`state.${state}`]), await page.innerText(".title"));
	if (deed === "send-back") check(`${deed}: the case tells why it came back (feature 12)`, (await page.innerText("main .notice")).includes("書類不足"), await page.innerText("main"));
	await hold(page, deed, wrong, `${pictures}/${deed}-ja.png`);
	await context.close();
}

// Two clerks at one queue: what one takes, the other sees without doing anything.
async function colleagues() {
	const [one, other] = await Promise.all(["tanaka", "sato"].map(async (name) => {
		const { page } = await person(browser, address, ceremony, name, "ja");
		await shown(page, () => page.goto(address_of("ja")));
		await shown(page, () => page.getByRole("button", { name: words.ja["login.card"] }).click());
		return page;
	}));
	const row = (page) => page.locator(`tr[data-receipt="${registry.receipts[1]}"]`);
	await one.keyboard.press("j");
	await one.keyboard.press("j");
	await one.keyboard.press("t");
	await row(one).getByText(words.ja.mine).waitFor();
	await row(other).getByText("田中 健").waitFor({ timeout: 5000 });
	check("colleagues: who takes a case by its key is seen by another clerk within five seconds (feature 1)", true);
	await shown(one, () => one.keyboard.press("m"));
	equal("colleagues: of his own he sees only that", [registry.receipts[1]], await one.locator("table.list a.number").allInnerTexts());
	await one.locator("table.list a.number").focus();
	await one.keyboard.press("t");
	await one.getByText(words.ja.emptyMine).waitFor();
	check("colleagues: he gave it back", true);
	await one.context().close();
	await other.context().close();
}

async function stranger() {
	for (const language of ["ja", "en"]) {
		const { context, page, wrong } = await person(browser, address, ceremony, null, language);
		await shown(page, () => page.goto(address_of(language)));
		const body = await text(page);
		check(`nobody ${language}: the page says so and shows no case`,
			body.includes(words[language].nobody) && !registry.receipts.some((one) => body.includes(one)), body);
		await hold(page, `nobody ${language}`, wrong, `${pictures}/nobody-${language}.png`);
		await context.close();
	}
}

// 保留: with a day and a clerk who resumes it; it stands apart in the queue, and goes on where it was (feature 12).
async function onHold(receipt) {
	const { context, page, wrong } = await person(browser, address, ceremony, "sato", "ja");
	const say = words.ja;
	await shown(page, () => page.goto(address_of("ja")));
	await shown(page, () => page.getByRole("button", { name: say["login.card"] }).click());
	await shown(page, () => page.goto(address_of("ja", `#/case/${receipt}`)));
	await page.locator("details.deed summary", { hasText: say["do.hold"] }).click();
	await page.locator("#hold-why").selectOption("applicant");
	await page.locator("#hold-resumer").selectOption("tanaka");
	await page.locator("#hold-until").fill("2099-12-31");
	await page.locator("#hold-note").fill("折返し待ち");
	await page.getByRole("button", { name: say["do.hold"], exact: true }).click();
	await page.getByText(say["done.hold"]).waitFor();
	const notice = await page.innerText("main .notice");
	check("on hold: the case says why, and who resumes it", notice.includes(say["holdReason.applicant"]) && notice.includes("折返し待ち") && notice.includes("田中 健"), notice);
	check("on hold: nothing else is offered that would be refused", !(await page.innerText("main")).includes(say["do.verify"]), await page.innerText("main"));
	await hold(page, "on hold", wrong, `${pictures}/hold-ja.png`);
	await shown(page, () => page.goto(address_of("ja", "#/queue/held")));
	equal("on hold: it stands in a tab of its own", [receipt], await page.locator("table.list a.number").allInnerTexts());
	check("on hold: with who resumes it, and when", /田中 健/.test(await page.innerText("table.list")) && (await page.innerText("table.list")).includes("2099"), await page.innerText("table.list"));
	await hold(page, "queue on hold", wrong, `${pictures}/queue-held-ja.png`);
	await shown(page, () => page.goto(address_of("ja", "#/queue/identify")));
	check("on hold: and not among those to verify", !(await page.locator("table.list a.number").allInnerTexts()).includes(receipt));
	await shown(page, () => page.goto(address_of("ja", `#/case/${receipt}`)));
	await page.getByRole("button", { name: say["do.resume"], exact: true }).click();
	await page.getByText(say["done.resume"]).waitFor();
	check("on hold: resumed, it goes on where it was", (await page.innerText("main")).includes(say["do.verify"]), await page.innerText("main"));
	check("on hold: the history has both", (await page.innerText("section[aria-labelledby=history]")).includes(say["event.applicationResumed"]));
	await context.close();
}

// What was withdrawn is taken up by a new application: everything but the consent stands there already.
async function copied(receipt) {
	const { context, page, wrong } = await person(browser, address, ceremony, "sato", "ja");
	const say = words.ja;
	await shown(page, () => page.goto(address_of("ja")));
	await shown(page, () => page.getByRole("button", { name: say["login.card"] }).click());
	await shown(page, () => page.goto(address_of("ja", `#/case/${receipt}`)));
	await shown(page, () => page.getByRole("link", { name: say["do.copy"] }).click());
	equal("a copy: its data is there", "TAKAHASHI", await page.locator("#surname").inputValue());
	equal("a copy: its consent is not", false, await page.locator("#correctness").isChecked());
	await hold(page, "copy", wrong, `${pictures}/copy-ja.png`);
	await page.locator("#acceptedBy").fill("300001");
	for (const box of ["recordKeeping", "correctness", "keyObligations"]) await page.locator(`#${box}`).check();
	await shown(page, () => page.getByRole("button", { name: new RegExp(say.send) }).click());
	check("a copy: a new case, which names the old one", (await page.innerText("section[aria-labelledby=history]")).includes(receipt), await page.innerText("main"));
	await shown(page, () => page.goto(address_of("ja", `#/case/${receipt}`)));
	check("a copy: and the old one names it", (await page.innerText("main")).includes(say["event.applicationCopied"]), await page.innerText("main"));
	await context.close();
}

await stranger();
await Promise.all([pages("ja", "tanaka"), pages("en", "sato")]); // one session a person
await colleagues();
await turn("tanaka", registry.received, "withdraw", "withdrawn");
await onHold(registry.receipts[3]);
await copied(registry.received);
await turn("kobayashi", registry.identified, "send-back", "received");
await browser.close();
end();
