"""Does at the console what people are asked for, in Debian's Chromium: carries samples and refills bottles, each once on a
phone and once at a desk; types what is wrong first, and once without JavaScript. Pages are checked by axe-core.

Usage: carry_and_refill.py URL CODE FOLDER. The lab asks for two transports and about two bottles, Reservoir5 and Reservoir6.
Prints one JSON object; pictures of the pages go into the folder.
"""
import json
import re
import sys

from playwright.sync_api import expect, sync_playwright

from shift import DESK, PHONE, Shift


class Carrier(Shift):
    def card(self, text):
        return self.page.locator("article.ask").filter(has_text=text)

    def noted(self):
        expect(self.page.get_by_role("status").first).to_contain_text("Your answer is noted")

    def carry_elsewhere(self, vial):
        """A form that asks for more than a word; what is missing is said by the browser already."""
        card = self.card(vial)
        expect(card).to_have_count(1, timeout=20000)
        expect(card.get_by_role("img")).to_be_visible()
        expect(card.get_by_text("due")).to_be_visible()
        form = card.locator("form").filter(has_text="carried to another place")
        form.get_by_text("carried to another place").click()
        form.get_by_role("button").click()
        expect(form.get_by_label("where it is now")).to_be_focused()
        form.get_by_label("where it is now").fill("Lab 7")
        form.get_by_label("bench, device or cabinet").fill("Fridge")
        self.look("transport")
        form.get_by_role("button").click()
        self.noted()

    def carry_as_asked(self, vial):
        card = self.card(vial)
        expect(card).to_have_count(1, timeout=20000)
        self.look("transport")
        card.get_by_role("button", name="done it is at its destination").click()
        self.noted()

    def refill(self, bottle, wrong, right):
        """The agent says what is wrong, beside the field, and keeps what was typed."""
        card = self.card(bottle)
        expect(card).to_have_count(1, timeout=20000)
        field = card.get_by_label("all that it holds now")
        field.fill(wrong)
        card.get_by_role("button", name="refilled").click()
        expect(self.page.get_by_role("alert")).to_contain_text(wrong)
        field = self.page.get_by_label("all that it holds now")
        expect(field).to_have_value(wrong)
        expect(field).to_have_accessible_description(re.compile(re.escape(self.page.get_by_role("alert").inner_text())))
        self.look("refused")
        field.fill(right)
        self.page.get_by_role("button", name="refilled").click()
        self.noted()


def without_javascript(browser, shift):
    """Answers a question in a browser that runs nothing, with the session of the other one."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    context.add_cookies(shift.context.cookies())
    page = context.new_page()
    page.goto(shift.url + "/")
    card = page.locator("article.ask").filter(has_text="vial_3")
    form = card.locator("form").filter(has_text="was not carried")
    form.get_by_text("Say more").click()
    form.get_by_label("what should be known").fill("<script>alert(1)</script> it broke")
    form.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("status").first).to_contain_text("Your answer is noted")
    expect(page.locator("article.ask").filter(has_text="vial_3")).to_have_count(0)
    context.close()


def main(url, code, folder):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        shift = Carrier(browser, url, folder)
        shift.open("/")
        shift.enrol(code)
        shift.carry_elsewhere("vial_1")
        shift.refill("Reservoir5", "2", "0,05 L")
        without_javascript(browser, shift)
        shift.page.set_viewport_size(DESK)
        shift.open("/")
        shift.carry_as_asked("vial_2")
        shift.refill("Reservoir6", "5 s", "50")
        shift.page.emulate_media(color_scheme="dark")
        shift.open("/")
        expect(shift.page.get_by_text("Nothing waits for you.")).to_be_visible()
        shift.look("dark-answered")
        browser.close()
    # A refusal is an answer of status 422, which the browser's console tells as an error.
    shift.problems = [problem for problem in shift.problems if "422" not in problem]
    print(json.dumps(shift.findings))


main(*sys.argv[1:])
