"""Feeds of our own making, in every format and several languages."""

from __future__ import annotations

import json

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel><title>La prensa de Acme</title><link>https://press.example/</link><language>es-ES</language>
<item><title>El teléfono Acme &amp;amp; su batería</title><link>https://press.example/1?utm_source=rss</link>
  <guid isPermaLink="false">urn:press:1</guid><dc:creator>Lucía Gómez</dc:creator><slash:comments>7</slash:comments>
  <pubDate>Tue, 02 Jun 2026 10:30:00 +0200</pubDate><category>móviles</category>
  <description>Corto.</description>
  <content:encoded><![CDATA[<p>Dura <b>dos días</b>.</p><p>¿De verdad?
  <img src="/foto.jpg" alt="Una foto"></p>]]></content:encoded></item>
<item><title>Sin fecha</title><guid>https://press.example/2</guid><author>ana@press.example (Ana Popescu)</author>
  <description>Texto &lt;i&gt;simple&lt;/i&gt;</description></item>
<item><title>Solo título</title><link>https://press.example/3</link><pubDate>ayer</pubDate></item>
</channel></rss>""".encode()

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="el">
<title>Νέα της Acme</title><id>tag:news.example,2026:feed</id><link href="https://news.example/"/><updated>2026-06-01T00:00:00Z</updated>
<author><name>Σύνταξη</name></author>
<entry><id>tag:news.example,2026:1</id><title>Το νέο τηλέφωνο</title><link href="/a/1"/>
  <published>2026-06-01T08:00:00+03:00</published><updated>2026-06-02T08:00:00+03:00</updated><thr:total>3</thr:total>
  <content type="html">&lt;p&gt;Πολύ καλή μπαταρία&lt;/p&gt;</content></entry>
<entry><id>tag:news.example,2026:2</id><title type="text">Α &lt; Β</title><link href="https://news.example/a/2"/>
  <updated>2026-06-01T09:00:00Z</updated><author><name>Νίκος</name><uri>https://news.example/nikos</uri></author>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Ένα &amp; δύο</p></div></content></entry>
<entry><id>tag:news.example,2026:3</id><title>Απάντηση</title><link href="https://news.example/a/1#comment-9"/>
  <updated>2026-06-03T09:00:00Z</updated><thr:in-reply-to ref="tag:news.example,2026:1" href="https://news.example/a/1"/>
  <summary>Συμφωνώ</summary></entry>
</feed>""".encode()

RDF = """<?xml version="1.0" encoding="ISO-8859-2"?>
<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://stiri.example/"><title>Știri</title><link>https://stiri.example/</link><dc:language>ro</dc:language></channel>
<item rdf:about="https://stiri.example/1"><title>Telefonul nou şi bateria</title><link>https://stiri.example/1</link>
  <description>Ţine două zile.</description><dc:date>2026-06-04T12:00:00Z</dc:date><dc:creator>Ion</dc:creator></item>
<item rdf:about="https://stiri.example/2"><title>Preţul a scăzut</title><link>https://stiri.example/2</link></item>
</rdf:RDF>""".replace("Ș", "Ş").encode("iso-8859-2")

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Acme Watch",
        "home_page_url": "https://watch.example/",
        "language": "en-GB",
        "authors": [{"name": "The desk"}],
        "items": [
            {
                "id": "https://watch.example/1",
                "url": "https://watch.example/1",
                "title": "AT&T and Acme <together>",
                "content_html": "<p>One</p><p>Two</p>",
                "date_published": "2026-06-05T10:00:00-05:00",
                "attachments": [{"url": "https://watch.example/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 1234}],
            },
            {"id": "2", "content_text": "Plain\n\ntext", "authors": [{"name": "Zoë", "url": "https://zoe.example/"}]},
        ],
    }
).encode()

PODCAST = b"""<?xml version="1.0"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Acme Talk</title><link>https://talk.example/</link><language>de</language>
<item><title>Folge 1</title><guid isPermaLink="false">f1</guid><itunes:image href="https://talk.example/f1.png"/>
  <enclosure url="https://talk.example/f1.mp3?x=1" length="48000000" type="audio/mpeg"/>
  <description>Wir reden.</description></item>
<item><title>Film</title><link>https://talk.example/film</link>
  <media:content url="https://talk.example/film.mp4" type="video/mp4" fileSize="99" medium="video"/>
  <media:thumbnail url="https://talk.example/film.jpg"/></item>
</channel></rss>"""


def rss(*items: str, head: str = "") -> bytes:
    """An RSS feed with these items as XML."""
    channel = f"<channel><title>T</title>{head}{''.join(items)}</channel>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0">{channel}</rss>'.encode()


def item(number: int, title: str = "", text: str = "") -> str:
    """An RSS item as XML."""
    return (
        f'<item><title>{title or f"Post {number}"}</title><guid isPermaLink="false">urn:t:{number}</guid>'
        f"<link>https://t.example/{number}</link><description>{text or f'Text {number}'}</description></item>"
    )
