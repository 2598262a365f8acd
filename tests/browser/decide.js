// Many cases by one touch, as the clerk and the approver do it by passkey, and what somebody with a card is told. node decide.js
// COUNTER LRA CEREMONY PICTURES WORK; standard input: {"receipts": [five], "people": {"sato": code, "kobayashi": code}}
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { byPasskey, check, device, end, equal, hold, launch, person, shown, words } from "./browser.js";

const [counter, lra, ceremony, pictures, work] = process.argv.slice(2);
const { receipts, people } = JSON.parse(readFileSync(0, "utf8"));
const browser = await launch();
const push = (page, label) => page.getByRole("button", { name: label, exact: true }).click();
const row = (page, receipt) => page.locator(`tr[data-receipt="${receipt}"]`);
const tick = (page, receipt) => row(page, receipt).locator("input.choose");
const today = new Date(Date.now() + 9 * 3600 * 1000).toISOString().slice(0, 10);

async function begin(name, language, kind) {
	const say = words[language];
	const { context, page, wrong } = await person(browser, counter, "", null, language);
	await device(context, page);
	await byPasskey(page, say, { address: counter, name, code: people[name], vouch: () => execFileSync(`${work}/enrol`, [name]) });
	await shown(page, () => page.goto(`${counter}/?lang=${language}#/queue/${kind}`));
	await shown(page, () => page.getByRole("link", { name: say[`decideMany.${kind}`], exact: true }).click());
	const look = (what, other = language) => hold(page, `${what} ${other}`, wrong, `${pictures}/${what}-${other}.png`);
	return { context, page, say, look, wrong };
}

async function paper(page, say, kind, file) {
	if (!await page.locator("#kind").isVisible()) await page.locator("summary", { hasText: say.sharedPaper }).click();
	await page.locator("#kind").selectOption(kind);
	await page.locator("#file").setInputFiles(`${work}/${file}`);
	await page.locator("#file-digest code").waitFor();
	await page.locator("#issuedOn").fill(today);
	for (const box of await page.locator("fieldset.compare input").all()) await box.check();
	await push(page, say.recordPaper);
	await page.locator("details.sheet:not([open])").waitFor();
	equal(`${kind}: recorded`, say.paperRecorded, await page.innerText("#said"));
	equal(`${kind}: those chosen stay chosen`, 4, await page.locator("tbody input.choose:checked").count());
}

// The clerk: papers for four of five, then one touch.
const clerk = await begin("sato", "ja", "identify");
{
	const { page, say, look, wrong } = clerk;
	await look("decide-begin");
	await push(page, say.readStatements);
	await page.locator(".wrong", { hasText: say.noneChosen }).waitFor();
	check("without a choice nothing is read, in plain words", true);
	await page.locator("thead input.choose").check();
	equal("one tick chooses all", 5, await page.locator("tbody input.choose:checked").count());
	await push(page, say.readStatements);
	await row(page, receipts[0]).locator(".late").waitFor();
	equal("what has no evidence is named in its own row, and is not chosen any more", [5, 0],
		[await page.locator("tbody .late", { hasText: "!" }).count(), await page.locator("tbody input.choose:checked").count()]);
	await look("decide-refused");
	for (const receipt of receipts.slice(0, 4)) await tick(page, receipt).check();
	await page.locator("summary", { hasText: say.sharedPaper }).click();
	await look("decide-paper");
	for (const [kind, file] of [["personnelRegister", "register.pdf"], ["corporateRegister", "corporate.pdf"], ["mailControl", "mail.pdf"]]) await paper(page, say, kind, file);
	await tick(page, receipts[4]).check();
	await push(page, say.readStatements);
	await page.locator("pre.statement").first().waitFor({ state: "attached" });
	equal("only the one without evidence is refused", [false, true, true, true, true],
		[await tick(page, receipts[4]).isChecked(), ...await Promise.all(receipts.slice(0, 4).map((one) => tick(page, one).isChecked()))]);
	equal("every statement is shown in its row", receipts.slice(0, 4).sort(), (await page.locator(".long tbody a.number").allInnerTexts()).sort());
	await page.locator(".long details summary").first().click();
	await page.waitForFunction(() => document.querySelector(".long pre").textContent !== ""); // written a moment behind its opening
	const whole = JSON.parse(await page.locator(".long pre").first().textContent());
	equal("and can be read to the last letter", ["identify", "sato", 3], [whole.decision, whole.person, whole.evidence.length]);
	await look("decide-read");
	await tick(page, receipts[4]).check();
	equal("another choice wants another reading", 0, await page.locator(".long").count());
	await tick(page, receipts[4]).uncheck();

	await page.route("**/v1/decisions/statement", async (route) => {
		const answer = await route.fetch(), said = await answer.json(), first = JSON.parse(atob(said.statements[0]));
		first.content.validity += 1;
		said.statements[0] = btoa(JSON.stringify(first));
		await route.fulfill({ response: answer, json: said });
	}, { times: 1 });
	await push(page, say.readStatements);
	await page.locator(".wrong", { hasText: say.listWrong }).waitFor();
	equal("a statement that the list is not over is not offered to be signed", 0, await page.locator(".long").count());

	await push(page, say.readStatements);
	await page.locator(".long").waitFor();
	await page.route("**/v1/decisions", (route) => route.abort(), { times: 1 });
	const sign = say.signAll.replace("{count}", 4);
	await push(page, sign);
	await page.locator(".wrong", { hasText: say.away }).waitFor();
	check("a line that breaks loses nothing: the list is still there", await page.locator(".long").isVisible());
	wrong.splice(0); // the line that broke
	await push(page, sign);
	await page.locator("#said", { hasText: say.decidedAll.replace("{done}", 4) }).waitFor();
	equal("the queue has what is left", [receipts[4]], await page.locator("tr[data-receipt] a.number").allInnerTexts());
	await look("decide-done");
}

// The approver: one is withdrawn by another hand between reading and signing.
{
	const { context, page, say, look } = await begin("kobayashi", "en", "approve");
	await page.locator("thead input.choose").check();
	await push(page, say.readStatements);
	await page.locator(".long").waitFor();
	await look("decide-approve");
	execFileSync(`${work}/amend`, [receipts[0]]);
	await push(page, say.signAll.replace("{count}", 4));
	await page.locator("#said", { hasText: say.decidedSome.replace("{done}", 3).replace("{refused}", 1) }).waitFor();
	equal("what another hand withdrew since it was read is not approved, and named with the reason", [receipts[0]], await page.locator("section ul a.number").allInnerTexts());
	await look("decide-some");
	await context.close();
}

// The clerk again: the three get their keys, files in one archive, letters apart.
{
	const { context, page, say, look, wrong } = clerk;
	for (const receipt of receipts.slice(1, 4)) execFileSync(`${work}/verified`, [receipt]);
	await shown(page, () => page.goto(`${counter}/?lang=ja#/queue/deliver`));
	await shown(page, () => page.getByRole("link", { name: say["decideMany.deliver"], exact: true }).click());
	equal("distribute: those whose key is not born yet", receipts.slice(1, 4).sort(), (await page.locator("tbody a.number").allInnerTexts()).sort());
	await look("distribute");
	await page.locator("thead input.choose").check();
	await page.getByLabel(say.fileChannel).fill("社内メール");
	await page.getByLabel(say.pinChannel).fill("社内メール");
	await push(page, say.distributeNow);
	await page.locator(".wrong", { hasText: "ref " }).waitFor();
	equal("distribute: PIN and file never go one way; what was typed and chosen stays", ["社内メール", 3], [await page.getByLabel(say.fileChannel).inputValue(), await page.locator("tbody input.choose:checked").count()]);
	await page.getByLabel(say.pinChannel).fill("親展文書");
	await shown(page, () => push(page, say.distributeNow));
	await page.getByRole("button", { name: say.archiveSave }).waitFor({ timeout: 60000 });
	await look("distribution");
	await shown(page, () => page.locator('[data-language="en"]').click());
	await look("distribution", "en");
	await shown(page, () => page.locator('[data-language="ja"]').click());
	const kept = async (name, button) => {
		const [file] = await Promise.all([page.waitForEvent("download"), push(page, button)]);
		await file.saveAs(`${work}/${name}`);
	};
	await kept("all.zip", say.archiveSave);
	await page.locator("#said", { hasText: say.archiveSaved }).waitFor();
	const letters = say.printPinLetters.replace("{count}", 3);
	const stepUp = page.locator("dialog.person button.primary").click({ timeout: 15000 }).catch(() => { /* fresh enough */ });
	await kept("letters.pdf", letters);
	await Promise.race([stepUp, page.waitForTimeout(100)]);
	await push(page, letters);
	await page.locator(".wrong", { hasText: "ref " }).waitFor();
	check("distribution: PINs are printed once; the second time the page says why not", true);
	wrong.splice(0);
	await page.locator("summary", { hasText: say.archiveSafe }).click();
	await shown(page, () => push(page, say.archiveErase));
	equal("distribution: taken, and nothing is left to take", 0, await page.getByRole("button", { name: say.archiveSave }).count());
	await look("distribution-taken");
	await context.close();
}

// With a card: the command.
{
	const { context, page } = await person(browser, lra, ceremony, "sato", "ja"), say = words.ja;
	await shown(page, () => page.goto(`${lra}/?lang=ja#/queue/identify`));
	await shown(page, () => page.getByRole("button", { name: say["login.card"] }).click());
	await shown(page, () => page.goto(`${lra}/?lang=ja#/decide/identify`));
	await page.locator("tbody input.choose").first().check();
	equal("card: the command for those chosen", `inkan lra identify ${receipts[4]}`, await page.innerText("section.sheet code"));
	await shown(page, () => page.goto(`${lra}/?lang=ja#/decide/approve`));
	check("card: a clerk has no page of approvals", (await page.innerText("main")).includes(say.noPage), await page.innerText("main"));
	await context.close();
}
await browser.close();
end();
