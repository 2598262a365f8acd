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
	equal(`case ${language}: a clerk is offered to verify, to correct and to withdraw, and nothing of an approver`,
		[say["do.verify"], say["do.correct"], say["do.withdraw"]], await page.locator("a.button, details.deed summary").allInnerTexts());
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

await stranger();
await Promise.all([pages("ja", "tanaka"), pages("en", "sato")]); // one session a person
await colleagues();
await turn("tanaka", registry.received, "withdraw", "withdrawn");
await turn("kobayashi", registry.identified, "send-back", "received");
await browser.close();
end();
