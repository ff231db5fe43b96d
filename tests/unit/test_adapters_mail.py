"""E-mail: one message, one item; headers, text and attachments by address, and nothing opened."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_builders import SAMPLES, delivery

from gateway import adapters
from gateway.errors import UnreadableDelivery
from gateway.mapping import Reading
from gateway.model.stages import NativeRecord, Unreadable

HOW = Reading(format="email", encodings=("utf-8",))


def fields(content: str | bytes, how: Reading = HOW) -> dict[str, str]:
    raw = content if isinstance(content, bytes) else content.encode()
    (item,) = adapters.read(delivery(raw), how)
    assert isinstance(item, NativeRecord), item
    assert item.raw == raw
    return dict(item.fields)


def test_the_sample_has_its_texts_decoded_and_its_attachment_described() -> None:
    found = fields((SAMPLES / "tip-email.eml").read_bytes())
    assert found["subject"] == "Somebody photographs the pumps \N{EN DASH} again"
    assert (found["from.name"], found["from.address"]) == ("Zoë Placeholder", "zoe@example.net")
    assert found["date"] == "2030-07-04T21:10:04-05:00"
    assert found["body"].startswith("Twice this week, always after dark.\nA gray van, “for sale”")
    assert found["html"] == "Twice this week, always\nafter dark\n."
    assert found["attachment[0].name"] == "pumps.jpg"
    assert found["attachment[0].type"] == "image/jpeg"
    assert (
        found["attachment[0].sha256"]
        == hashlib.sha256(b"\xff\xd8\xff\xe0 no picture, only its first bytes").hexdigest()
    )
    assert "header.received[1]" in found
    assert "attachment[1].name" not in found


@pytest.mark.parametrize(
    ("line", "address", "text"),
    [
        ("Subject: =?utf-8?q?caf=C3=A9?= =?iso-8859-1?q?=E9?=", "subject", "caféé"),
        ("Subject: folded\n over two lines", "subject", "folded over two lines"),
        ("Subject: =?no-such-charset?q?a?=", "subject", "=?no-such-charset?q?a?="),
        ("Date: Thu, 4 Jul 2030 21:10:04 -0000", "date", "2030-07-04T21:10:04+00:00"),
        ("Date: yesterday", "date", "yesterday"),
        ("From: nobody", "from.address", ""),
        ("From: =?utf-8?q?Zo=C3=AB?= <z@example.net>", "from.name", "Zoë"),
        ("From: a@example.net, b@example.net", "from.address", "a@example.net"),
        ("X-Odd.Name: v", "header.x-odd-name[0]", "v"),
        ("Subject: one\nSubject: two", "header.subject[1]", "two"),
    ],
)
def test_a_header_is_decoded_once_and_kept_where_it_cannot_be(line: str, address: str, text: str) -> None:
    assert fields(f"{line}\n\nbody\n")[address] == text


def test_a_message_with_next_to_nothing_has_empty_cells_for_what_it_lacks() -> None:
    found = fields("X-Only: this\n\n")
    assert {"message-id", "date", "subject", "from.name", "from.address", "body", "html"} <= found.keys()
    assert found["message-id"] == ""


def test_html_alone_loses_its_markup_and_its_scripts() -> None:
    found = fields("Content-Type: text/html\n\n<p>One &amp; two<script>three()</script><style>p{}</style></p>")
    assert found["html"] == "One & two"


def test_a_text_in_no_declared_encoding_is_one_unreadable_item() -> None:
    (item,) = adapters.read(delivery(b"Content-Type: text/plain; charset=utf-8\n\n\xff\n"), HOW)
    assert isinstance(item, Unreadable)
    assert (item.code, item.column) == ("bad-encoding", "body")
    assert (
        fields(b"\n".join([b"Subject: x", b"", b"\xe9"]), Reading(format="email", encodings=("iso-8859-1",)))["body"]
        == "é"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        b"<html></html>",
        b"\xff\xfe",
        b"PK\x03\x04",
        b" leading: blank\n",
        b"",
        b" \n",
        b'{"subject": "x"}\n',
    ],
)
def test_what_does_not_begin_like_a_message_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDelivery, match="no e-mail"):
        adapters.header(delivery(content), HOW)


@pytest.mark.parametrize(
    "content",
    [
        "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000)),
        'Content-Type: multipart/mixed; boundary="b"\n\n' + "--b\n\nx\n" * 300 + "--b--\n",
        "X: y\n" * 600 + "\n",
    ],
)
def test_a_message_beyond_the_limits_is_one_unreadable_item(content: str) -> None:
    (item,) = adapters.read(delivery(content.encode()), HOW)
    assert isinstance(item, Unreadable)
    assert item.code == "too-large"


@settings(max_examples=300, deadline=None)
@given(
    lines=st.lists(
        st.sampled_from(
            [
                b"Subject: =?utf-8?b?@@?=", b"From: <<>>@", b"Date: 99 Foo 99999 99:99",
                b"Content-Type: multipart/mixed",
                b'Content-Type: multipart/mixed; boundary="a"', b"--a", b"--a--", b"Content-Transfer-Encoding: base64",
                b"Content-Transfer-Encoding: uuencode", b"Content-Type: text/plain; charset=\xff", b"", b"\xff\xfe",
                b"Content-Disposition: attachment; filename*=x'y'%ff", b"Content-Type: text/html", b"<p", b"=?", b"\0",
                b"Content-Type: message/rfc822", b"Content-Type: text/plain; charset=idna",
            ]
        ),
        max_size=14,
    )
)  # fmt: skip
def test_any_message_ends_in_one_item(lines: list[bytes]) -> None:
    (item,) = adapters.read(delivery(b"X: y\n" + b"\n".join(lines)), HOW)
    assert isinstance(item, NativeRecord | Unreadable)
