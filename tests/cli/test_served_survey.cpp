// `survey check` and `survey info` of a tree on a server: the real program against a server of this test.
#include <QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include "core/files.h"
#include "fits/moc_fits.h"
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

    void replaceIn(const std::string& name, const std::string& old, const std::string& with) const
    {
        const auto path = at(name.c_str()) / "properties";
        const auto text = readFile(path);
        QVERIFY(text.has_value());
        std::string said(asText(*text));
        QVERIFY2(said.find(old) != std::string::npos, old.c_str());
        said.replace(said.find(old), old.size(), with);
        QVERIFY(writeFileWhole(path, asBytes(said)).has_value());
    }

private slots:
    /// One thing wrong at a time: it is told, of a folder and of the same tree on a server.
    void eachDefectIsTold_data()
    {
        QTest::addColumn<QString>("defect");
        QTest::addColumn<QString>("told");
        QTest::addColumn<bool>("error");
        QTest::addColumn<bool>("served"); // a server shows it too
        const auto row = [](const char* defect, const char* told, bool error, bool served = true) { QTest::newRow(defect) << defect << told << error << served; };
        row("byte order mark", "begins with a byte order mark", false);
        row("not UTF-8", "obs_title is not UTF-8", false);
        row("key twice", "hips_order is there 2 times", false);
        row("no order", "hips_order is missing", false);
        row("order too large", "hips_order is 4", false);
        row("frame", "hips_frame is \"GAL\"", false);
        row("format", "hips_tile_format is \"PNG, png\"", false);
        row("width", "expected 64x64", true);
        row("low orders", "tiles begin at order 1, hips_order_min says 0", true);
        row("map cut", "Moc.fits: ", true);
        row("map empty", "is empty", true);
        row("map of text", "expected a FITS file", false);
        row("start outside", "lie outside Moc.fits", false);
        row("capitals", "expected Norder1", true, false);
        row("ending", "expected the ending .png", true, false);
        row("wrong folder", "expected in Dir0", true, false);
        row("no such cell", "has no such cell", true, false);
        row("page", "HTML", true, false);
        row("mosaic", "Allsky", true, false);
        row("channel", "hips_cube_depth is 2", true, false);
        row("first channel", "hips_cube_firstframe 7", false);
    }
    void eachDefectIsTold()
    {
        QFETCH(QString, defect);
        QFETCH(QString, told);
        QFETCH(bool, error);
        QFETCH(bool, served);
        const std::string name = "defect-" + defect.toStdString();
        makeTree(name.c_str(), "hips_initial_ra = 10\nhips_initial_dec = 10\n");
        const auto root = at(name.c_str());
        const auto moc = [&](const sky::Moc& m) { return fits::writeMocFits(m, "C"); };
        QVERIFY(writeFileWhole(root / "Moc.fits", moc(sky::Moc::all())).has_value());
        const auto swap = [&](const std::string& old, const std::string& with) { replaceIn(name, old, with); };
        const auto write = [&](const std::string& path, ByteView bytes) {
            std::filesystem::create_directories((root / path).parent_path());
            QVERIFY(writeFileWhole(root / path, bytes).has_value());
        };
        const auto one = readFile(root / "Norder1/Dir0/Npix5.png");
        QVERIFY(one.has_value());
        if (defect == "byte order mark") swap("creator_did", "\xEF\xBB\xBF" "creator_did");
        if (defect == "not UTF-8") swap("obs_title = ", "obs_title = \xE9 ");
        if (defect == "key twice") swap("hips_order = 2\n", "hips_order = 2\nhips_order = 3\n");
        if (defect == "no order") swap("hips_order = 2\n", "");
        if (defect == "order too large") swap("hips_order = 2\n", "hips_order = 4\n");
        if (defect == "frame") swap("hips_frame = equatorial", "hips_frame = GAL");
        if (defect == "format") swap("hips_tile_format = png", "hips_tile_format = PNG, png");
        if (defect == "width") swap("hips_tile_width = 32", "hips_tile_width = 64");
        if (defect == "low orders") std::filesystem::remove_all(root / "Norder0");
        if (defect == "map cut") write("Moc.fits", ByteView(moc(sky::Moc::all())).first(5770));
        if (defect == "map empty") write("Moc.fits", moc(sky::Moc()));
        if (defect == "map of text") write("Moc.fits", asBytes("0/0-11"));
        if (defect == "start outside") write("Moc.fits", moc(sky::Moc::cone(-sky::toDir(sky::Angle::deg(10), sky::Angle::deg(10)), sky::Angle::deg(20), 2)));
        if (defect == "capitals") std::filesystem::rename(root / "Norder1", root / "NORDER1");
        if (defect == "ending") std::filesystem::rename(root / "Norder1/Dir0/Npix5.png", root / "Norder1/Dir0/Npix5.PNG");
        if (defect == "wrong folder") write("Norder1/Dir10000/Npix5.png", *one);
        if (defect == "no such cell") write("Norder1/Dir0/Npix50.png", *one);
        if (defect == "page") write("Norder1/Dir0/Npix5.png", asBytes("<html>"));
        if (defect == "mosaic") write("Norder3/Allsky.png", *one);
        if (defect == "channel") {
            swap("hips_order = 2\n", "hips_order = 2\nhips_cube_depth = 2\n");
            write("Norder1/Dir0/Npix5_2.png", *one);
        }
        if (defect == "first channel") swap("hips_order = 2\n", "hips_order = 2\nhips_cube_depth = 2\nhips_cube_firstframe = 7\n");
        const Answer folder = check(root.string());
        QVERIFY2((error ? folder.errors() : folder.warnings()).contains(told.toUtf8().replace("\"", "\\\"")), folder.errors() + folder.warnings());
        QCOMPARE(folder.status, folder.ok() ? 0 : 1);
        if (error) QVERIFY(!folder.ok());
        if (!served) return;
        LoopbackServer server(root);
        const Answer asked = check(server.url());
        QVERIFY2((error ? asked.errors() : asked.warnings()).contains(told.toUtf8().replace("\"", "\\\"")), asked.errors() + asked.warnings());
    }

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
