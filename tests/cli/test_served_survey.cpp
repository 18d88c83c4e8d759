// `survey check` and `survey info` of a tree on a server: the real program against a server of this test.
#include <QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include "tests/support/loopback_server.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::testing;

class TestServedSurvey : public QObject {
    Q_OBJECT

private:
    QTemporaryDir dir_;

    std::filesystem::path at(const char* name) const { return dir_.filePath(name).toStdString(); }

    /// Orders 0 to 2 of PNG tiles, an Allsky not needed; `mirrors`: more lines of properties.
    void makeTree(const char* name, const std::string& extra = {}) const
    {
        SyntheticHips tree{at(name), 0, 2, 32};
        tree.extra = "dataproduct_type = image\nhips_release_date = 2024-01-01T00:00Z\nhips_status = public\n" + extra;
        tree.writePictures();
    }

    struct Answer {
        int status = -1;
        QJsonObject json;
        QByteArray error;
        bool ok() const { return json["ok"].toBool(); }
        size_t tiles() const { return static_cast<size_t>(json["tiles"].toInt()); }
        QByteArray errors() const { return QJsonDocument(json["errors"].toArray()).toJson(); }
        QByteArray warnings() const { return QJsonDocument(json["warnings"].toArray()).toJson(); }
    };
    Answer check(const std::string& where, const QStringList& more = {}) const
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("FIRMAMENT_HOME", dir_.filePath("home"));
        environment.remove("DISPLAY");
        process.setProcessEnvironment(environment);
        process.start(FIRMAMENT_PROGRAM, QStringList{"survey", "check", QString::fromStdString(where), "--json"} + more);
        Answer a;
        if (!process.waitForFinished(60000)) return process.kill(), a;
        a.status = process.exitCode();
        a.json = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
        a.error = process.readAllStandardError();
        return a;
    }

private slots:
    void aSoundTree()
    {
        makeTree("sound");
        LoopbackServer server;
        server.serveFolder("/hips", at("sound"));
        const Answer a = check(server.url("/hips/"));
        QVERIFY2(a.status == 0, a.error + a.errors());
        QCOMPARE(a.json.keys(), (QStringList{"errors", "ok", "tiles", "warnings"}));
        QVERIFY(a.ok());
        QVERIFY2(a.tiles() >= 12 + 4 + 4 && a.tiles() < 80, a.errors());
        QVERIFY2(a.warnings().contains("Moc.fits"), a.warnings());
        QVERIFY2(server.requests() < 100, "the sample is bounded");
        QVERIFY(server.requests("/hips/Norder0/Dir0/Npix5.png") == 1);
    }

    void whatIsWrongIsNamed()
    {
        makeTree("wrong");
        LoopbackServer server;
        server.serveFolder("/hips", at("wrong"));
        server.fault("/hips/Norder0/Dir0/Npix3.png", Fault::html());
        server.fault("/hips/Norder0/Dir0/Npix4.png", Fault::truncate());
        const Answer a = check(server.url("/hips"));
        QCOMPARE(a.status, 1);
        QVERIFY(!a.ok());
        QVERIFY2(a.errors().contains("Npix3.png") && a.errors().contains("HTML"), a.errors());
        QVERIFY2(a.errors().contains("Npix4.png"), a.errors());
        QVERIFY(a.tiles() >= 10);
    }

    void aFormatThatIsNotThere()
    {
        makeTree("formats");
        QFile properties(QString::fromStdString((at("formats") / "properties").string()));
        QVERIFY(properties.open(QIODevice::ReadOnly));
        const QByteArray text = properties.readAll().replace("hips_tile_format = png", "hips_tile_format = png fits");
        LoopbackServer server;
        server.serveFolder("/hips", at("formats"));
        server.serve("/hips/properties", text.toStdString());
        const Answer a = check(server.url("/hips"));
        QCOMPARE(a.status, 1);
        QVERIFY2(a.errors().contains("names fits, but none of 12 tiles"), a.errors());
    }

    void deeperThanItIs()
    {
        makeTree("shallow");
        LoopbackServer server;
        server.serveFolder("/hips", at("shallow"));
        server.handle("/hips/Norder2", [](const HttpRequest&) { return HttpReply(404); });
        const Answer a = check(server.url("/hips"));
        QVERIFY2(a.status == 0 && a.warnings().contains("ends at order 1"), a.warnings());
    }

    void mirrorsAreCompared()
    {
        LoopbackServer good, other, dead;
        makeTree("main", "hips_service_url = " + good.url("/hips") + "\nhips_service_url_1 = " + other.url("/copy") +
                             "\nhips_service_url_2 = " + dead.url("/gone") + "\n");
        good.serveFolder("/hips", at("main"));
        other.serveFolder("/copy", at("main"));
        dead.stop();
        Answer a = check(good.url("/hips"));
        QVERIFY2(a.status == 0, a.errors());
        QVERIFY2(a.warnings().contains("/gone"), a.warnings());
        QVERIFY(other.requestsBelow("/copy/Norder0") == 3);

        other.handle("/copy/Norder0", [](const HttpRequest&) { return HttpReply(404); });
        a = check(good.url("/hips"));
        QVERIFY2(a.status == 1 && a.errors().contains("/copy"), a.errors());
    }

    void serversThatDoNotAnswer()
    {
        LoopbackServer server;
        server.fault("/", Fault::hang());
        const Answer silent = check(server.url("/hips"), {"--timeout", "1"});
        QCOMPARE(silent.status, 1);
        QVERIFY2(!silent.ok() && silent.errors().contains("properties") && silent.errors().contains("--timeout"), silent.errors());

        server.clearFaults();
        const Answer nothing = check(server.url("/hips"));
        QVERIFY2(nothing.status == 1 && nothing.errors().contains("404"), nothing.errors());
    }

    void offlineAsksNobody()
    {
        makeTree("offline");
        LoopbackServer server;
        server.serveFolder("/hips", at("offline"));
        const Answer a = check(server.url("/hips"), {"--offline"});
        QCOMPARE(a.status, 1);
        QVERIFY2(a.error.contains("--offline"), a.error);
        QCOMPARE(server.requests(), size_t{0});
    }
};

QTEST_GUILESS_MAIN(TestServedSurvey)
#include "test_served_survey.moc"
