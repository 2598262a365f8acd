// Notices with their state on the case page (feature 38), the flag in the queue, the chase of a receipt (feature 17): in both
// languages, with the mails of a real post office behind them.
// The calendar of certificates that end (feature 32).
//   notices.js ADDRESS CEREMONY PICTURES <registry.json: {bounced, identified, overdue, month, ending, replaced, renewal, csr, many}
import { check, end, equal, hold, launch, person, shown, words } from "./browser.js";
import { readFileSync } from "node:fs";

const [address, ceremony, pictures] = process.argv.slice(2);
const registry = JSON.parse(readFileSync(0, "utf8"));
const browser = await launch();
const address_of = (language, place = "") => `${address}/?lang=${language}${place}`;
const main = (page) => page.innerText("main");

async function logIn(name, language) {
	const one = await person(browser, address, ceremony, name, language);
	await shown(one.page, () => one.page.goto(address_of(language)));
	await shown(one.page, () => one.page.getByRole("button", { name: words[language]["login.card"] }).click());
	return one;
}

async function look(language) {
	const { context, page, wrong } = await logIn("sato", language), say = words[language];
	const open = (place) => shown(page, () => page.goto(address_of(language, place)));

	await open("#/queue/identify");
	const row = page.locator(`tr[data-receipt="${registry.bounced}"]`);
	check(`38 ${language}: the queue shows that a notice did not arrive`, (await row.innerText()).includes(say.noticeFailed), await row.innerText());
	equal(`38 ${language}: only of that case`, 1, await page.getByText(say.noticeFailed).count());
	await hold(page, `queue with a flag ${language}`, wrong, `${pictures}/notices-queue-${language}.png`);

	await open(`#/case/${registry.bounced}`);
	const told = page.locator("section[aria-labelledby=told]");
	for (const part of ["notice.received", "told.bounced", "channel.mail", "told.sent", "channel.webhook"])
		check(`38 ${language}: the case says ${part}`, (await told.innerText()).includes(say[part]), await told.innerText());
	check(`38 ${language}: with what the mail server said`, (await told.innerText()).includes("550 5.1.1"), await told.innerText());
	check(`38 ${language}: and when`, await told.locator("time").count() >= 1);
	await hold(page, `case with notices ${language}`, wrong, `${pictures}/notices-case-${language}.png`);

	await open(`#/case/${registry.overdue}`);
	for (const part of ["receiptDue", "reminders", "reminded", "unreceived.propose", "notice.receiptReminder"])
		check(`17 ${language}: the case says ${part}`, (await told.innerText()).includes(say[part]), await told.innerText());
	await hold(page, `case that is chased ${language}`, wrong, `${pictures}/notices-chase-${language}.png`);
	await open("#/queue/revoke");
	const proposal = page.locator(`tr[data-receipt="${registry.overdue}"]`);
	check(`17 ${language}: on the deadline a revocation is proposed`, (await proposal.innerText()).includes(say["next.propose"]), await main(page));
	check(`17 ${language}: and from two on, failed deliveries are a flag`, (await proposal.innerText()).includes(say.undelivered.replace("{count}", "4")), await proposal.innerText());
	check(`17 ${language}: the proposal leads to the form with its event chosen`, /event=notReceived$/.test(await proposal.getByRole("link", { name: say["next.propose"] }).getAttribute("href")));
	await hold(page, `proposed revocation ${language}`, wrong, `${pictures}/notices-proposed-${language}.png`);
	await context.close();
}

// By keys: the button of the bounced notice; afterwards it waits, or came back once more, and the record says who asked.
async function again() {
	const { context, page } = await logIn("sato", "ja"), say = words.ja;
	await shown(page, () => page.goto(address_of("ja", `#/case/${registry.bounced}`)));
	const button = page.getByRole("button", { name: say.sendAgain }).first();
	await button.focus();
	await page.keyboard.press("Enter");
	await page.getByText(say.sentAgain).waitFor();
	check("38: a clerk has it sent again", (await main(page)).includes(say["event.noticeAskedAgain"]), await main(page));
	await context.close();
	const approver = await logIn("kobayashi", "ja");
	await shown(approver.page, () => approver.page.goto(address_of("ja", `#/case/${registry.bounced}`)));
	equal("38: an approver sees it, but sends nothing", 0, await approver.page.getByRole("button", { name: say.sendAgain }).count());
	await approver.context.close();
}

// From the calendar to an application that has everything but the yes of its person, and back: it is under way.
async function renew() {
	const { context, page, wrong } = await logIn("sato", "ja"), say = words.ja;
	await shown(page, () => page.goto(address_of("ja", `#/calendar?month=${registry.month}`)));
	const row = page.locator(`tr[data-receipt="${registry.ending}"]`);
	await shown(page, () => row.getByRole("link", { name: say.doRenew }).click());
	equal("32: the renewal says what it is", `${say.renew}${registry.ending}`, (await page.innerText(".title")).replace(/\s+/g, "").slice(0, say.renew.length + registry.ending.length));
	for (const [id, want] of [["employeeNumber", "800010"], ["surname", "TAKAHASHI"], ["commonName", "Ichiro TAKAHASHI"], ["mailbox", "n800010@mirai.example"], ["csr", ""]])
		if (await page.locator(`#${id}`).count() === 1) equal(`32: it knows the ${id}`, want, await page.locator(`#${id}`).inputValue());
	await hold(page, "renewal", wrong, `${pictures}/calendar-renew-ja.png`);
	await page.locator("#acceptedBy").fill("800010");
	for (const tick of ["recordKeeping", "correctness", "keyObligations"]) await page.locator(`#${tick}`).check();
	await page.locator("#csr").fill(registry.csr);
	await shown(page, () => page.locator("form.apply button[type=submit]").click());
	check("32: it is an application of its own", /#\/case\/A26-/.test(page.url()) && !page.url().includes(registry.ending), await main(page));
	const fresh = page.url().split("/").at(-1);
	await shown(page, () => page.goto(address_of("ja", `#/calendar?month=${registry.month}`)));
	check("32: the calendar says that it is under way", (await row.innerText()).includes(say.renewing) && (await row.innerText()).includes(fresh), await row.innerText());
	await context.close();
}

// 一括更新: those ticked, with one yes to the terms; what is under way or has a key of its own cannot be ticked.
async function bulk() {
	const { context, page, wrong } = await logIn("sato", "ja"), say = words.ja;
	await shown(page, () => page.goto(address_of("ja", `#/calendar?month=${registry.month}`)));
	equal("32: who may be renewed by one of many", registry.many.toSorted(), (await page.locator("tbody input.choose").evaluateAll((all) => all.map((one) => one.value))).sort());
	const button = page.getByRole("button", { name: say.renewSelected });
	await button.click();
	check("32: without a choice nothing happens, in words", (await page.innerText("section[aria-labelledby=bulk]")).includes(say.nothingChosen), await main(page));
	await page.locator("thead input.choose").check();
	await button.click();
	check("32: nor without a yes to the terms", (await page.innerText("section[aria-labelledby=bulk] .wrong")).includes(say.keyObligations), await main(page));
	for (const one of ["recordKeeping", "correctness", "keyObligations"]) await page.locator(`#bulk-${one}`).check();
	await hold(page, "bulk renewal", wrong, `${pictures}/calendar-bulk-ja.png`);
	await button.click();
	await page.getByText(say.renewedAll.replace("{done}", registry.many.length)).waitFor();
	for (const receipt of registry.many) {
		const row = await page.locator(`tr[data-receipt="${receipt}"]`).innerText();
		check("32: 一括更新 starts renewals from a selection", row.includes(say.renewing), row);
	}
	equal("32: which cannot be chosen twice", 0, await page.locator("tbody input.choose").count());
	await context.close();
}

// Words for the applicant and those for the record (feature 12).
async function sendBack() {
	const { context, page } = await logIn("kobayashi", "ja"), say = words.ja;
	await shown(page, () => page.goto(address_of("ja", `#/case/${registry.identified}`)));
	await page.locator("details.deed summary", { hasText: say["do.send-back"] }).click();
	await page.locator("#send-back-told").fill("運転免許証の裏面をお送りください。");
	await page.locator("#send-back-reason").fill("原本と写しが異なる疑い");
	await page.locator("details[open] button").click();
	await page.getByText(say["done.send-back"]).waitFor();
	const told = await page.innerText("section[aria-labelledby=told]");
	check("12: what the applicant reads stands at its notice", told.includes("運転免許証の裏面をお送りください。"), told);
	check("12: the record's words do not", !told.includes("原本と写し"), told);
	await context.close();
}

// The month, a day of it, the table, by keys; and an address that is shown once.
async function calendar(language) {
	const { context, page, wrong } = await logIn("sato", language), say = words[language];
	await shown(page, () => page.keyboard.press("c"));
	check(`32 ${language}: the calendar is a key away, at the present month`, page.url().endsWith("#/calendar"), page.url());
	await shown(page, () => page.goto(address_of(language, `#/calendar?month=${registry.month}`)));
	const row = (receipt) => page.locator(`tr[data-receipt="${receipt}"]`);
	check(`32 ${language}: what ends stands in the table, not renewed, with its reminders`, (await row(registry.ending).innerText()).includes(say.notRenewed)
		&& (await row(registry.ending).innerText()).includes(say.remindedAt.replace("{days}", ["30", "15"].join(say.comma))), await main(page));
	check(`32 ${language}: and what is renewed, by what`, (await row(registry.replaced).innerText()).includes(registry.renewal), await main(page));
	equal(`32 ${language}: the day has all`, `${say.endsCount.replace("{count}", 3)}✓ ${say.renewedCount.replace("{count}", 1)}`, (await page.locator(".month .ends").innerText()).replace(/\s*\n\s*/g, ""));
	await hold(page, `calendar ${language}`, wrong, `${pictures}/calendar-${language}.png`);
	check(`32 ${language}: a renewal begins with what is known of the person`, await row(registry.ending).getByRole("link", { name: say.doRenew }).count() === 1, await main(page));
	await page.locator(".month .ends").focus();
	await shown(page, () => page.keyboard.press("Enter"));
	equal(`32 ${language}: a day by itself`, [registry.ending, registry.replaced, ...registry.many].sort(), (await page.locator("[data-receipt]").evaluateAll((rows) => rows.map((one) => one.dataset.receipt))).sort());
	await page.getByRole("button", { name: say.addressMake }).click();
	const place = page.locator("#calendar-address");
	await place.waitFor();
	const url = await place.inputValue();
	check(`32 ${language}: an address is made and shown`, /\/v1\/calendar\/[0-9a-f]{64}$/.test(url), url);
	await hold(page, `calendar with an address ${language}`, wrong, `${pictures}/calendar-address-${language}.png`);
	await shown(page, () => page.reload());
	check(`32 ${language}: not a second time`, !(await page.content()).includes(url.slice(-64)));
	await page.getByRole("button", { name: say.addressEnd }).click();
	await page.getByText(say.addressEnded).waitFor();
	await page.setViewportSize({ width: 320, height: 640 });
	check(`32 ${language}: at 400 % the page itself does not scroll sideways`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	await context.close();
}

for (const language of ["ja", "en"]) await look(language);
for (const language of ["ja", "en"]) await calendar(language);
await renew();
await bulk();
await again();
await sendBack();
await browser.close();
end();
