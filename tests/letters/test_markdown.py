"""The Markdown of letters: what is read from it, what is refused, and that nothing dangerous comes out."""

import re
import time

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from letters import markdown
from letters.markdown import differences, plain_text, render_page, render_print, structure

LETTER = """# A *plain* title

Opening words,[^law]
two lines.

## Why

> A quotation with **strong** words.

### What happened

* first
* second

## What we ask

1. Stop [it](https://example.org/a?b=1&c=2);
2. Repeal the law[^old]:
   - article 1;
   - article 2.

Write to [us](mailto:us@example.org).

[^old]: Old law.
[^law]: Law of *2004*.
"""

# What authors and attackers would like to see in a page
HOSTILE = st.lists(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            '<a href="javascript:alert(1)">',
            "[x](javascript:alert(1))",
            "[x](//evil.example)",
            "[x](data:text/html,x)",
            '[x](https://a.kz "t")',
            "![x](https://a.kz/x.png)",
            '<https://a.kz/"onmouseover=x>',
            "[^1]",
            "\n\n[^1]: <b>x</b> [^1]\n\n",
            "> ",
            "1. ",
            "- ",
            "\n",
            "\n\n",
            "    ",
            "`<i>`",
            "```\n<u>\n```\n",
            "&lt;script&gt;",
            "&#x3c;script&#x3e;",
            "*",
            "**",
            "\\",
            "# ",
            "[a]: javascript:x\n",
            "<!-- x -->",
            "<svg/onload=x>",
            "style=",
        ]
    ),
    max_size=12,
).map("".join)


def test_a_letter_is_read_with_the_lines_of_its_parts():
    read = structure(LETTER)

    assert read.title == "A *plain* title"
    assert read.body.startswith("Opening words,")
    assert [(heading.level, heading.text, heading.line) for heading in read.headings] == [
        (2, "Why", 6),
        (3, "What happened", 10),
        (2, "What we ask", 15),
    ]
    assert read.demands == (
        "Stop [it](https://example.org/a?b=1&c=2);",
        "Repeal the law[^old]:\n- article 1;\n- article 2.",
    )
    assert read.demand_lines == (17, 18)
    assert read.footnotes == ("law", "old")
    assert read.footnote_lines == (25, 24)


def test_a_body_alone_has_no_title_and_the_same_structure():
    body = structure(LETTER).body
    read = structure(body)

    assert read.title is None
    assert read.body == body
    assert read.demands == structure(LETTER).demands
    assert [heading.line for heading in read.headings] == [4, 8, 13]


def test_an_empty_text_has_no_parts():
    read = structure("")

    assert (read.title, read.body, read.headings, read.demands, read.footnotes) == (None, "", (), (), ())


def test_a_page_shows_footnotes_at_the_end_with_ways_there_and_back():
    page = render_page("Words[^a] and[^b] again[^a].\n\n[^b]: Beta.\n[^a]: Alpha *one*.", "en", "en-")

    assert page == (
        '<p>Words<sup class="noteref"><a href="#en-note-1" id="en-noteref-1" role="doc-noteref" aria-label="Note 1">1</a></sup>'
        ' and<sup class="noteref"><a href="#en-note-2" id="en-noteref-2" role="doc-noteref" aria-label="Note 2">2</a></sup>'
        ' again<sup class="noteref"><a href="#en-note-1" id="en-noteref-1-2" role="doc-noteref" aria-label="Note 1">1</a></sup>.'
        "</p>\n"
        '<section class="notes" role="doc-endnotes" aria-labelledby="en-notes"><h2 id="en-notes">Notes</h2>\n<ol>\n'
        '<li id="en-note-1">Alpha <em>one</em>.'
        ' <a href="#en-noteref-1" class="noteback" role="doc-backlink" aria-label="Back from note 1 to the text">↑</a>'
        ' <a href="#en-noteref-1-2" class="noteback" role="doc-backlink" aria-label="Back from note 1 to the text">↑</a></li>\n'
        '<li id="en-note-2">Beta.'
        ' <a href="#en-noteref-2" class="noteback" role="doc-backlink" aria-label="Back from note 2 to the text">↑</a></li>\n'
        "</ol></section>\n"
    )


def test_print_sets_each_footnote_in_its_place_once():
    printed = render_print("Words[^a] and[^a].\n\n[^a]: Alpha *one*.", "ru")

    assert printed == (
        '<p>Words<span class="footnote">Alpha <em>one</em>.</span> and<sup class="noteref">1</sup>.</p>\n'
    )


def test_demands_are_marked_and_numbered_and_other_lists_are_not():
    page = render_page("> 1. quoted\n\n1. one\n   1. inner\n2. two", "kk", "kk-")

    assert re.findall(r"<ol[^>]*>|<li[^>]*>", page) == [
        "<ol>",
        "<li>",
        '<ol class="demands">',
        '<li id="kk-demand-1">',
        "<ol>",
        "<li>",
        '<li id="kk-demand-2">',
    ]
    assert '<ol class="demands">' in render_print("1. one", "kk")


def test_rendering_says_its_labels_in_the_language_of_the_text_and_leaves_the_readers_alone():
    with translation.override("ru"):
        render_page("a[^a]\n\n[^a]: b", "en")
        assert translation.get_language() == "ru"


def test_html_in_a_text_stays_text():
    page = render_page('<script>alert(1)</script> <b onclick="x">', "en")

    assert page == '<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;b onclick="x"&gt;</p>\n'


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "//evil.example",
        "/relative",
        "#anchor",
        "https:evil.example",
        "https:///evil.example",
        "https://user@evil.example",
        "https://gov.kz:x@evil.example/",
        "https://localhost",
        "https://[x",
        "mailto:",
        "mailto:a@b.kz?bcc=c@d.kz",
        "ftp://example.org",
        "tel:+77270000000",
    ],
)
def test_a_link_that_leads_elsewhere_is_refused_and_never_shown(address):
    with pytest.raises(markdown.LinkRefused) as refused:
        structure(f"# T\n\none\ntwo [x]({address})")

    assert refused.value.line == 4
    assert "href" not in render_page(f"[x]({address})", "en")
    assert "href" not in render_print(f"[x]({address})", "en")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScRiPt:x", "vbscript:x", "data:text/html,x", "file:///x"]
)
def test_a_link_that_runs_something_stays_text(address):
    assert render_page(f"[x]({address})", "en") == f"<p>[x]({address})</p>\n"


@pytest.mark.parametrize(
    ("address", "href"),
    [
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&amp;c=2#d"),
        ("https://сайт.қаз", "https://xn--80aswg.xn--80ao21a"),
        ("mailto:us@example.org", "mailto:us@example.org"),
    ],
)
def test_a_link_to_a_full_address_is_shown(address, href):
    assert structure(f"[x]({address})")
    assert render_page(f"[x]({address})", "en") == f'<p><a href="{href}" rel="noopener">x</a></p>\n'


@given(HOSTILE)
def test_nothing_dangerous_survives(text):
    for html in (render_page(text, "en", "p-"), render_print(text, "en")):
        markup = " ".join(re.findall(r"<[^>]*>", html))
        tags = set(re.findall(r"</?([a-zA-Z0-9]+)", markup))
        attributes = set(re.findall(r'\s([a-z-]+)="', markup))
        assert tags <= {
            "h2",
            "h3",
            "p",
            "ul",
            "ol",
            "li",
            "blockquote",
            "a",
            "strong",
            "em",
            "br",
            "sup",
            "section",
            "span",
        }
        assert attributes <= {"href", "id", "rel", "role", "aria-label", "aria-labelledby", "class", "start"}
        assert all(re.match(r"https://a\.kz|#p-", address) for address in re.findall(r'href="([^"]*)"', markup))


@pytest.mark.parametrize(
    ("text", "refusal", "line"),
    [
        ("one\n\n![x](https://a.kz/x.png)", markdown.MarkupRefused, 3),
        ("one\n\n    code", markdown.MarkupRefused, 3),
        ("one\n\n```\ncode\n```", markdown.MarkupRefused, 3),
        ("one\ntwo `code`", markdown.MarkupRefused, 2),
        ("one\n\n***", markdown.MarkupRefused, 3),
        ("one\n\n# Another title", markdown.MarkupRefused, 3),
        ("#### Deep", markdown.MarkupRefused, 1),
        ("1. a\n\ntext\n\n1. b", markdown.SecondDemandsList, 5),
        ("text\n\n3. a", markdown.DemandsStartElsewhere, 3),
        ("text\nmore[^x]", markdown.FootnoteMissing, 2),
        ("text\n\n[^x]: note", markdown.FootnoteUnused, 3),
        ("text[^x]\n\n[^x]: note\n\n[^x]: again", markdown.FootnoteTwice, 5),
        ("text[^x]\n\n[^x]: note[^y]\n\n[^y]: inner", markdown.FootnoteNotPlain, 3),
        ("text[^x]\n\n[^x]: one\n\n    two", markdown.FootnoteNotPlain, 3),
        ("text[^x]\n\n> [^x]: quoted", markdown.FootnoteNotPlain, 3),
        ("1. a\n" * 201, markdown.TooManyDemands, 201),
    ],
)
def test_what_a_letter_cannot_hold_is_refused_with_its_line(text, refusal, line):
    with pytest.raises(refusal) as refused:
        structure(text)

    assert refused.value.line == line
    assert str(line) in str(refused.value)
    assert "%" not in str(refused.value)


def test_an_exclamation_before_a_linked_paragraph_is_no_picture():
    assert structure("Stop!\n\n[x](https://a.kz)")
    assert structure("Stop! [x](https://a.kz)")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("> " * 11 + "a", markdown.NestedTooDeep),
        (">" * 400 + " a", markdown.NestedTooDeep),
        ("\n".join("  " * depth + "- a" for depth in range(100)), markdown.NestedTooDeep),
        ("*a " * 12 + "a* " * 12, markdown.EmphasisTooDeep),
        ("[a](https://b.kz) " * 2000, markdown.TooManyLinks),
        ("[a](https://b.kz)\n\n" * 201, markdown.TooManyLinks),
        ("[a](https://b.kz) " * 10_000, markdown.TextTooLong),
        ("[ " * 9000, markdown.TooManyLinks),
        ("a[^a] " * 201 + "\n\n[^a]: b", markdown.TooManyFootnotes),
        ("a " * 500_000, markdown.TextTooLong),
        ("ә " * 16_700, markdown.TextTooLong),
        ("a " * 10_001, markdown.ParagraphTooLong),
        ("a" * 201, markdown.WordTooLong),
        ("x](" + "a" * 300 + ")", markdown.WordTooLong),
        ("<" + "a" * 300 + ">", markdown.WordTooLong),
        ("x\n\n" + "*a *b " * 4000, markdown.ParagraphTooLong),
    ],
)
def test_a_bomb_is_refused_in_no_time(text, refusal):
    for read in (structure, lambda text: render_page(text, "en"), lambda text: render_print(text, "en"), plain_text):
        started = time.perf_counter()
        with pytest.raises(refusal):
            read(text)
        assert time.perf_counter() - started < 2


@pytest.mark.parametrize("piece", ["*a ", "_a **", "<a ", "`` ` ", "&a ", "\\[ ", "![ "])
def test_the_worst_text_within_the_limits_is_read_in_no_time(piece):
    text = (piece * (19_000 // len(piece)))[:19_000].replace("[", "(") + "\n\n" + "[a " * 1100 + "] " * 1100
    started = time.perf_counter()

    render_page(text, "en")

    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "text", ["> " * 10 + "a", "a" * 200, "a " * 9_999 + "a", "[a](https://b.kz/" + "c" * 500 + ")"]
)
def test_what_just_fits_is_taken(text):
    assert structure(text)


def test_texts_of_one_structure_agree():
    assert differences({"kk": structure(LETTER), "ru": structure(LETTER)}, original="kk") == []


@pytest.mark.parametrize(
    ("old", "new", "refusal", "line"),
    [
        ("## Why\n", "", markdown.HeadingsDiffer, 9),
        ("### What happened", "## What happened", markdown.HeadingsDiffer, 10),
        ("2. Repeal the law[^old]:\n   -", "   *", markdown.DemandsDiffer, 17),
        ("   - article 2.", "   - article 2.\n3. And more.", markdown.DemandsDiffer, 21),
        ("two lines.", "two lines.[^new]\n\n[^new]: n", markdown.FootnotesDiffer, 26),
    ],
)
def test_a_text_built_otherwise_is_named_with_language_and_line(old, new, refusal, line):
    changed = LETTER.replace(old, new)
    if "[^old]" not in changed.split("[^old]:")[0]:
        changed = changed.replace("Stop", "Stop[^old]")

    found = differences({"kk": structure(LETTER), "ru": structure(changed)}, original="kk")

    assert [type(difference) for difference in found] == [refusal]
    assert found[0].facts["file"] == "ru.md"
    assert found[0].facts["line"] == line
    assert "Русский" in str(found[0])
    assert "Қазақша" in str(found[0])


def test_words_alone_have_neither_markup_nor_notes():
    assert plain_text("## A *b*\n\none [two](https://a.kz)[^x]\nthree\n\n[^x]: note") == "A b\none two three"
