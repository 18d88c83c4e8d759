// The fake keeps the promises of Transport, so that what is tested against it works with the network too.
#include <QtTest>

#include <fstream>

#include "net_client.h"
#include "tests/support/fake_transport.h"

using namespace firmament;
using namespace firmament::testing;

class TestFakeTransport : public QObject {
    Q_OBJECT
private slots:
    void answers();
    void errors();
    void servesAFolder();
    void holdsBack();
    void throughAnExecutor();
    void destroyedPendingNeverCalls();
};

namespace {

Asked ask(FakeTransport& fake, Executor& on, const std::string& url, std::function<void(net::Request&)> change = {})
{
    net::Request r;
    r.url = url;
    if (change) change(r);
    Asked a;
    a.pending = fake.send(r, on, [answer = a.answer, calls = a.calls](Expected<net::Response> got) {
        *answer = std::move(got);
        ++*calls;
    });
    return a;
}

} // namespace

void TestFakeTransport::answers()
{
    FakeTransport fake;
    QueueExecutor here;
    fake.reply("http://x.test/a", "hello");
    const Asked a = ask(fake, here, "http://x.test/a");
    QVERIFY(!a.done()); // never inside send()
    here.drain();
    QCOMPARE(text(**a.answer), std::string("hello"));
    QCOMPARE(*a.calls, 1);
    QCOMPARE(fake.requests(), size_t{1});
    QCOMPARE(fake.requests("http://x.test/a"), size_t{1});
}

void TestFakeTransport::errors()
{
    FakeTransport fake;
    QueueExecutor here;
    fake.reply("http://x.test/500", "", 500);
    fake.fail("http://x.test/silent", {Errc::Timeout, "silent", {}});
    fake.reply("http://x.test/a", "hello");
    const Asked all[] = {ask(fake, here, "http://x.test/nothing"), ask(fake, here, "http://x.test/500"), ask(fake, here, "http://x.test/silent"),
                         ask(fake, here, "http://x.test/a", [](net::Request& r) { r.maxBytes = 4; }),
                         ask(fake, here, "http://x.test/a", [](net::Request& r) { r.validate = [](ByteView) { return "is wrong"; }; })};
    here.drain();
    const Errc expected[] = {Errc::NotFound, Errc::Http, Errc::Timeout, Errc::TooLarge, Errc::Parse};
    for (size_t i = 0; i < 5; ++i) QCOMPARE((*all[i].answer)->error().code, expected[i]);
    QCOMPARE((*all[0].answer)->error().http, 404);
}

void TestFakeTransport::servesAFolder()
{
    ScratchFolder folder;
    std::filesystem::create_directories(folder.path() / "Norder0");
    std::ofstream(folder.path() / "Norder0" / "tile") << "tile";
    FakeTransport fake;
    QueueExecutor here;
    fake.serveFolder("http://x.test/survey/", folder.path());
    const Asked tile = ask(fake, here, "http://x.test/survey/Norder0/tile?x"), missing = ask(fake, here, "http://x.test/survey/none"),
                other = ask(fake, here, "http://x.test/surveyNorder0/tile");
    here.drain();
    QCOMPARE(text(**tile.answer), std::string("tile"));
    QVERIFY(!missing.answer->value());
    QVERIFY(!other.answer->value());
}

void TestFakeTransport::holdsBack()
{
    FakeTransport fake;
    QueueExecutor here;
    fake.reply("http://x.test/a", "a");
    fake.reply("http://x.test/b", "b");
    fake.hold();
    Asked a = ask(fake, here, "http://x.test/a"), b = ask(fake, here, "http://x.test/b");
    b.pending.reprioritise(Priority::Urgent, 3);
    QVERIFY((fake.rankOf("http://x.test/b") == std::pair{Priority::Urgent, 3.0f}));
    QCOMPARE(fake.held(), size_t{2});
    QVERIFY(fake.release("http://x.test/b"));
    QVERIFY(!fake.release("http://x.test/c"));
    here.drain();
    QVERIFY(b.done() && !a.done());
    fake.release();
    here.drain();
    QVERIFY(a.done());
}

void TestFakeTransport::throughAnExecutor()
{
    QueueExecutor wire, here;
    FakeTransport fake(&wire);
    fake.reply("http://x.test/a", "a");
    const Asked a = ask(fake, here, "http://x.test/a");
    here.drain();
    QVERIFY(!a.done());
    wire.drain();
    here.drain();
    QVERIFY(a.done());
}

void TestFakeTransport::destroyedPendingNeverCalls()
{
    FakeTransport fake;
    QueueExecutor here;
    fake.reply("http://x.test/a", "a");
    Asked queued = ask(fake, here, "http://x.test/a");
    queued.pending.reset(); // its answer is on its way already
    fake.hold();
    Asked held = ask(fake, here, "http://x.test/a");
    held.pending.reset();
    QCOMPARE(fake.held(), size_t{0});
    fake.release();
    here.drain();
    QVERIFY(!queued.done() && !held.done());
    QCOMPARE(fake.cancelled(), size_t{2});
}

QTEST_APPLESS_MAIN(TestFakeTransport)
#include "test_fake_transport.moc"
