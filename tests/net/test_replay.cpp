// What servers answered, kept in a file and played again.
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

#include "core/files.h"
#include "net/replay.h"
#include "tests/support/fake_transport.h"

using namespace firmament;
using namespace firmament::net;
using firmament::testing::FakeTransport;

class TestReplay : public QObject {
    Q_OBJECT
    InlineExecutor now_;
    QTemporaryDir dir_;

    Expected<Response> get(Transport& net, Request request)
    {
        std::optional<Expected<Response>> answer;
        const Pending pending = net.send(std::move(request), now_, [&](Expected<Response> r) { answer = std::move(r); });
        return answer ? *answer : Expected<Response>(Error{Errc::Timeout, "no answer", {}});
    }
    Expected<Response> get(Transport& net, const std::string& url)
    {
        Request r;
        r.url = url;
        return get(net, std::move(r));
    }
    std::filesystem::path file(const char* name) const { return dir_.filePath(name).toStdString(); }

private slots:
    void recordedIsPlayed()
    {
        FakeTransport real;
        const std::string binary("\0\n\xff body 3\n", 12);
        real.reply("http://h.test/tile", binary, 200, {{"ETag", "\"a\""}, {"Set-Cookie", "secret"}});
        real.fail("http://h.test/busy", {Errc::Http, "answered 503,\nexpected 200", "http://h.test/busy", 503, true});
        real.reply("http://h.test/tap", "<VOTABLE/>");
        RecordingTransport recorder(real);
        QVERIFY(get(recorder, "http://h.test/tile").has_value());
        QVERIFY(!get(recorder, "http://h.test/busy"));
        real.reply("http://h.test/busy", "now");
        QVERIFY(get(recorder, "http://h.test/busy").has_value());
        QVERIFY(!get(recorder, "http://h.test/none"));
        Request post;
        post.url = "http://h.test/tap";
        post.method = "POST";
        post.body = "QUERY=1\n2";
        QVERIFY(get(recorder, post).has_value());
        QVERIFY(writeExchanges(file("five"), recorder.exchanges()).has_value());

        auto read = readExchanges(file("five"));
        QVERIFY2(read.has_value(), read ? "" : read.error().text().c_str());
        QCOMPARE(read->size(), size_t{5});
        ReplayTransport replay(std::move(*read));
        const auto tile = get(replay, "http://user:word@h.test/tile");
        QVERIFY(tile.has_value());
        QCOMPARE(std::string(asText(*tile->body)), binary);
        QCOMPARE(tile->headers, (std::vector<Header>{{"ETag", "\"a\""}}));
        // A sequence: first refused, then answered, and so ever after.
        const auto busy = get(replay, "http://h.test/busy");
        QVERIFY(!busy && busy.error().http == 503 && busy.error().retry);
        for (int i = 0; i < 2; ++i) QVERIFY(get(replay, "http://h.test/busy").has_value());
        QCOMPARE(get(replay, "http://h.test/none").error().code, Errc::NotFound);
        QVERIFY(get(replay, post).has_value());
        post.body = "QUERY=2";
        QVERIFY(!get(replay, post));
    }

    void unknownNamesItsUrl()
    {
        ReplayTransport replay({});
        const auto r = get(replay, "http://h.test/a?b=c");
        QCOMPARE(r.error().code, Errc::Network);
        QVERIFY(r.error().text().find("http://h.test/a?b=c") != std::string::npos);
    }

    void rulesOfTheRequestHold()
    {
        FakeTransport real;
        real.reply("http://h.test/a", "hello");
        RecordingTransport recorder(real);
        (void)get(recorder, "http://h.test/a");
        ReplayTransport replay(recorder.exchanges());
        Request small;
        small.url = "http://h.test/a";
        small.maxBytes = 4;
        QCOMPARE(get(replay, small).error().code, Errc::TooLarge);
        Request strict;
        strict.url = "http://h.test/a";
        strict.validate = [](ByteView) { return std::string("expected a tile"); };
        QCOMPARE(get(replay, strict).error().code, Errc::Parse);
        QueueExecutor later;
        int calls = 0;
        {
            const Pending dropped = replay.send(strict, later, [&](Expected<Response>) { ++calls; });
        }
        later.drain();
        QCOMPARE(calls, 0);
    }

    void damagedFilesAreErrors()
    {
        FakeTransport real;
        real.reply("http://h.test/a", "hello");
        RecordingTransport recorder(real);
        (void)get(recorder, "http://h.test/a");
        QVERIFY(writeExchanges(file("whole"), recorder.exchanges()).has_value());
        const auto whole = readFile(file("whole"));
        QVERIFY(whole.has_value());
        for (size_t n = 0; n < whole->size(); ++n) {
            std::ofstream(file("cut"), std::ios::binary).write(reinterpret_cast<const char*>(whole->data()), static_cast<std::streamsize>(n));
            const auto cut = readExchanges(file("cut"));
            QVERIFY(!cut || cut->empty());
        }
        QVERIFY(!readExchanges(file("nowhere")));
    }
};

QTEST_APPLESS_MAIN(TestReplay)
#include "test_replay.moc"
