// The real program, run as a process: what it writes, what it says, how it ends.
#include <QtTest>

#include <QImage>
#include <QJsonArray>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QUrl>

#include <csignal>
#include <cmath>

#include <unistd.h>

#include "core/files.h"
#include "fits/tile.h"
#include "scene/document.h"
#include "scene/stacks.h"
#include "tests/cli/program.h"
#include "tests/support/loopback_server.h"
#include "tests/support/test_data.h"

using namespace firmament;
using namespace firmament::testing;

class TestProgram : public QObject {
    Q_OBJECT

private:
    QTemporaryDir dir_;
    QString at(const QString& name) const { return dir_.filePath(name); }
    Run firmament(const QStringList& words) const { return run(words, dir_.path()); }
    using FitsHeader = QMap<QString, double>;
    FitsHeader fitsHeader(const QString& name) const
    {
        FitsHeader numbers;
        const auto bytes = readFile(at(name).toStdString());
        if (!bytes) return numbers;
        const QByteArray text = QByteArray::fromStdString(std::string(asText(*bytes).substr(0, 5760)));
        for (qsizetype card = 0; card + 80 <= text.size(); card += 80) {
            const QByteArray line = text.mid(card, 80);
            if (line.startsWith("END ")) break;
            bool ok = false;
            const double v = line.mid(10).split('/')[0].trimmed().toDouble(&ok);
            if (ok) numbers[QString::fromLatin1(line.left(8)).trimmed()] = v;
        }
        return numbers;
    }
    /// A render that hangs on a survey of that server.
    bool startAndReach(QProcess& process, const QString& out, SilentServer& server) const
    {
        process.setProcessEnvironment(bareEnvironment(dir_.path()));
        process.setWorkingDirectory(dir_.path());
        process.start(FIRMAMENT_PROGRAM, {"render", "-o", out, "--survey", server.address()});
        return process.waitForStarted() && server.waitForNewConnection(20000);
    }
    /// Small surveys of this folder above each other, nothing else.
    scene::Document documentOfSurveys(const QStringList& names) const
    {
        scene::Document d;
        d.view = d.view.withSize(120, 80).withFov(sky::Angle::deg(70)).lookingAt({sky::Angle::deg(80), sky::Angle::deg(20), sky::Frame::Icrs});
        d.overlays = {{}, false, false, false, false, false};
        for (const QString& name : names) {
            scene::LayerState layer;
            layer.id = d.freeId();
            layer.opacity = d.layers.empty() ? 1 : 0.6;
            scene::SurveyState survey;
            survey.source = at(name).toStdString();
            layer.content = survey;
            d.layers.push_back(layer);
        }
        return d;
    }
    QStringList drawColours(const QString& out, const QStringList& more = {}) const
    {
        return QStringList{"render", "-o", out, "--survey", "colours", "--size", "200x120"} + more;
    }

private slots:
    void initTestCase()
    {
        QVERIFY(dir_.isValid());
        makeColourSurvey(at("colours"));
        makeValueSurvey(at("values"));
        QVERIFY(QDir(dir_.path()).mkdir("folder.png"));
    }

    void versionAndHelpEverywhere_data()
    {
        QTest::addColumn<QStringList>("path");
        QTest::newRow("top") << QStringList{};
        for (const char* path : {"render", "survey", "survey list", "survey info", "survey check", "query", "query name", "bench",
                                 "bench view", "bench flight", "bench decode", "bench startup"})
            QTest::newRow(path) << QString(path).split(' ');
    }
    void versionAndHelpEverywhere()
    {
        QFETCH(QStringList, path);
        const Run version = firmament(path + QStringList{"--version"});
        QCOMPARE(version.status, 0);
        QVERIFY(version.out.startsWith("firmament "));
        const Run help = firmament(path + QStringList{"--help"});
        QCOMPARE(help.status, 0);
        QVERIFY(help.out.startsWith(("Usage: firmament" + (path.isEmpty() ? "" : " " + path.join(' '))).toUtf8()));
        QVERIFY(help.error.isEmpty() && version.error.isEmpty());
    }

    /// A command that writes no letters starts without Qt.
    void theProgramItselfKnowsNoQt()
    {
        QProcessEnvironment list = bareEnvironment(dir_.path());
        list.insert("LD_TRACE_LOADED_OBJECTS", "1");
        const Run r = run({}, dir_.path(), 10000, list);
        QVERIFY2(r.out.contains("libcurl") && !r.out.contains("libQt6"), r.out);
    }
    /// The part that needs it is missed by name, and by nothing that does without.
    void theGuiModuleIsMissedByName()
    {
        QVERIFY(QDir(dir_.path()).mkpath("alone/bin"));
        QVERIFY(QFile::copy(FIRMAMENT_PROGRAM, at("alone/bin/firmament")));
        const auto alone = [this](const QStringList& words) {
            QProcess process;
            process.setProcessEnvironment(bareEnvironment(dir_.path()));
            process.setWorkingDirectory(dir_.path());
            process.start(at("alone/bin/firmament"), words);
            process.waitForFinished();
            return Run{process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
        };
        QCOMPARE(alone({"--version"}).status, 0);
        QCOMPARE(alone(drawColours("alone.png")).status, 0);
        for (const QStringList& words : {drawColours("letters.png", {"--grid", "--labels"}), drawColours("alone.pdf")}) {
            const Run r = alone(words);
            QCOMPARE(r.status, 1);
            QVERIFY2(r.error.contains("libfirmament_gui.so") && r.error.count('\n') == 1, r.error);
        }
    }

    void wrongUsageIsTwo_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("part");
        const QStringList render{"render", "-o", "x.png", "--survey", "colours"};
        QTest::newRow("no output") << QStringList{"render"} << "expected -o OUT";
        QTest::newRow("suffix") << QStringList{"render", "-o", "x.bmp"} << ".png";
        QTest::newRow("unknown option") << render + QStringList{"--fvo", "3"} << "did you mean --fov";
        QTest::newRow("fov") << render + QStringList{"--fov", "wide"} << "--fov is 'wide'";
        QTest::newRow("negative fov") << render + QStringList{"--fov", "-3"} << "--fov is '-3'";
        QTest::newRow("size") << render + QStringList{"--size", "0x5"} << "--size is '0x5'";
        QTest::newRow("projection") << render + QStringList{"--projection", "XXX"} << "TAN";
        QTest::newRow("frame") << render + QStringList{"--frame", "b1950"} << "galactic";
        QTest::newRow("survey key") << QStringList{"render", "-o", "x.png", "--survey", "colours,opacty=1"} << "did you mean opacity";
        QTest::newRow("survey value") << QStringList{"render", "-o", "x.png", "--survey", "colours,blend=mix"} << "screen";
        QTest::newRow("cuts") << QStringList{"render", "-o", "x.png", "--survey", "colours,cuts=5:1"} << "lower cut";
        QTest::newRow("paper") << QStringList{"render", "-o", "x.fits", "--survey", "colours", "--paper"} << "--paper is for pictures";
        QTest::newRow("survey command") << QStringList{"survey", "chekc"} << "did you mean check";
        QTest::newRow("no survey command") << QStringList{"survey"} << "expected one of";
        QTest::newRow("no name") << QStringList{"query", "name"} << "NAME";
        QTest::newRow("bench") << QStringList{"bench", "vieww"} << "did you mean view";
        QTest::newRow("screenshot") << QStringList{"--screenshot", "x.fits"} << ".png, .jpg or .webp";
        QTest::newRow("one file for both") << render + QStringList{"--stats", "./x.png"} << "another file than that of -o";
        QTest::newRow("a folder") << QStringList{"render", "-o", "folder.png", "--survey", "colours"} << "is a folder";
        QTest::newRow("position") << render + QStringList{"--at", "10:41:09"} << "one angle, expected a longitude and a latitude";
        QTest::newRow("latitude") << render + QStringList{"--at", "10 91"} << "expected -90 to 90";
    }
    void wrongUsageIsTwo()
    {
        QFETCH(QStringList, words);
        QFETCH(QString, part);
        const Run r = firmament(words);
        QCOMPARE(r.status, 2);
        QVERIFY(r.out.isEmpty());
        QVERIFY2(r.error.startsWith("firmament: ") && r.error.contains(part.toUtf8()), r.error);
        QCOMPARE(r.error.count('\n'), 1);
        QVERIFY(!QFile::exists(at("x.png")));
    }

    void windowNeedsADisplay()
    {
        const Run r = firmament({});
        QCOMPARE(r.status, 1);
        QCOMPARE(r.error.count('\n'), 1);
        QVERIFY2(r.error.contains("firmament render"), r.error);
    }

    void pictureFormats()
    {
        for (const QString suffix : {"png", "jpg", "webp", "svg", "pdf"}) {
            const Run r = firmament(drawColours("view." + suffix));
            QVERIFY2(r.status == 0, (suffix.toUtf8() + ": " + r.error));
            QFile file(at("view." + suffix));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray head = file.read(400);
            if (suffix == "svg") QVERIFY(head.contains("<svg") && head.contains("width=\"200\" height=\"120\""));
            if (suffix == "pdf") QVERIFY(head.startsWith("%PDF-1.4"));
            if (suffix == "webp") QCOMPARE(head.mid(8, 4), QByteArray("WEBP"));
            if (suffix == "png" || suffix == "jpg") QCOMPARE(QImage(at("view." + suffix)).size(), QSize(200, 120));
        }
    }

    void coloursAreThoseOfTheSurvey()
    {
        // ICRS 45 0: the middle of base cell 4 is at RA 0; cell 5's at 90: between both lies RA 45, so look at 90 0.
        QCOMPARE(firmament(drawColours("cell5.png", {"--at", "90 0", "--fov", "10", "--force"})).status, 0);
        const QColor c = QImage(at("cell5.png")).pixelColor(100, 60);
        QVERIFY2(std::abs(c.red() - 100) <= 1 && std::abs(c.green() - 100) <= 1 && std::abs(c.blue() - 155) <= 1,
                 qPrintable(c.name()));
    }

    void existingFilesAreKept()
    {
        write(at("kept.png"), QByteArray("mine"));
        const Run refused = firmament(drawColours("kept.png"));
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.error.contains("--force"), refused.error);
        QFile file(at("kept.png"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("mine"));
        QCOMPARE(firmament(drawColours("kept.png", {"--force"})).status, 0);
        QCOMPARE(QImage(at("kept.png")).size(), QSize(200, 120));
    }

    void statsHaveTheirKeys()
    {
        QCOMPARE(firmament(drawColours("stats.png", {"--stats", "stats.json"})).status, 0);
        const QJsonObject stats = jsonFile(at("stats.json"));
        for (const char* key : {"renderer", "size", "order", "tiles_wanted", "tiles_drawn", "tiles_failed", "requests", "bytes",
                                "ms_start", "ms_first_frame", "ms_complete", "ms_frame", "peak_rss"})
            QVERIFY2(stats.contains(key), key);
        QCOMPARE(stats["size"].toString(), QString("200x120"));
        QCOMPARE(stats["tiles_failed"].toInt(), 0);
        QVERIFY(stats["tiles_wanted"].toInt() > 0);
        QCOMPARE(stats["tiles_drawn"].toInt(), stats["tiles_wanted"].toInt());
        QVERIFY(stats["ms_complete"].toDouble() >= stats["ms_first_frame"].toDouble());
        QVERIFY(stats["ms_first_frame"].toDouble() > stats["ms_start"].toDouble());
        QVERIFY(stats["peak_rss"].toDouble() > 1e6);
    }

    void fitsOfValues()
    {
        QCOMPARE(firmament({"render", "-o", "values.fits", "--survey", "values", "--at", "90 0", "--fov", "10", "--size", "40x30"})
                     .status, 0);
        const auto bytes = readFile(at("values.fits").toStdString());
        QVERIFY(bytes);
        for (const char* card : {"RADESYS = 'ICRS", "SURVEY  = 'Values", "HIPSID  = 'test/P/values", "HIPSORD =                    0"})
            QVERIFY2(asText(*bytes).find(card) != std::string_view::npos, card);
        const auto tile = fits::readFitsTile(*bytes);
        QVERIFY(tile);
        QCOMPARE(tile->value.bitpix, -32);
        QCOMPARE(tile->value.values()[40 * 15 + 20], 5.5f);
    }

    void fitsOutsideTheMapIsNan()
    {
        QCOMPARE(firmament({"render", "-o", "whole.fits", "--survey", "values", "--projection", "AIT", "--fov", "360", "--size",
                            "80x60"}).status, 0);
        const auto tile = fits::readFitsTile(*readFile(at("whole.fits").toStdString()));
        QVERIFY(tile);
        QVERIFY(std::isnan(tile->value.values()[0]));
        QVERIFY(std::isfinite(tile->value.values()[80 * 30 + 40]));
    }

    void fitsOfColours()
    {
        QCOMPARE(firmament(drawColours("colours.fits", {"--at", "90 0", "--fov", "10", "--grid"})).status, 0);
        const auto bytes = readFile(at("colours.fits").toStdString());
        const auto text = asText(*bytes);
        QVERIFY(text.find("NAXIS3  =                    3") != std::string_view::npos);
        QVERIFY(text.find("BITPIX  =                    8") != std::string_view::npos);
        const auto tile = fits::readFitsTile(*bytes);
        QVERIFY(tile);
        QCOMPARE(tile->value.kind, fits::FitsPixels::Rgba8);
    }

    void galacticAxesOnlyWithGalacticFrame()
    {
        const auto has = [this](const QString& frame, const char* text) {
            const QString name = frame + ".fits";
            firmament({"render", "-o", name, "--survey", "values", "--frame", frame, "--size", "20x20"});
            const auto bytes = readFile(at(name).toStdString());
            return bytes && asText(*bytes).find(text) != std::string_view::npos;
        };
        QVERIFY(has("galactic", "GLON-STG"));
        QVERIFY(has("ecliptic", "RA---STG"));
        QVERIFY(has("icrs", "DEC--STG"));
    }

    void referenceAgreesWithGl()
    {
        const QStringList view{"--at", "40 35", "--fov", "100", "--roll", "20", "--projection", "ZEA"};
        QCOMPARE(firmament(drawColours("gl.png", view)).status, 0);
        QCOMPARE(firmament(drawColours("cpu.png", view + QStringList{"--reference"})).status, 0);
        const QImage a(at("gl.png")), b(at("cpu.png"));
        double sum = 0;
        for (int y = 0; y < a.height(); ++y)
            for (int x = 0; x < a.width(); ++x) {
                const QColor p = a.pixelColor(x, y), q = b.pixelColor(x, y);
                sum += std::abs(p.red() - q.red()) + std::abs(p.green() - q.green()) + std::abs(p.blue() - q.blue());
            }
        QVERIFY2(sum / (3.0 * a.width() * a.height()) < 0.5, qPrintable(QString::number(sum / (3.0 * a.width() * a.height()))));
    }

    void missingSurveyFails()
    {
        const Run r = firmament({"render", "-o", "none.png", "--survey", at("no such folder"), "--offline"});
        QCOMPARE(r.status, 1);
        QVERIFY2(r.error.startsWith("firmament: "), r.error);
        QVERIFY(!QFile::exists(at("none.png")));
    }

    /// What is compared on the screen is one picture in a file with a header that says where each pixel is.
    void fitsIsNotCompared()
    {
        for (const QString& top : {QStringLiteral("colours"), QStringLiteral("values")}) {
            scene::Document d = documentOfSurveys({QStringLiteral("colours"), top});
            write(at("plain.json"), QByteArray::fromStdString(scene::toJson(d)));
            d.compare.mode = scene::CompareMode::Swipe;
            write(at("swipe.json"), QByteArray::fromStdString(scene::toJson(d)));
            scene::setPaneCount(d, 4);
            write(at("panes.json"), QByteArray::fromStdString(scene::toJson(d)));
            scene::Document active = d; // the panes' own layers: those of the active one
            active.compare = {};
            active.panes.clear();
            write(at("active.json"), QByteArray::fromStdString(scene::toJson(active)));
            const auto fits = [&](const QString& session, const QStringList& more) {
                const Run r = firmament(QStringList{"render", "-o", "session.fits", "--force", "--session", session} + more);
                return r.status == 0 ? *readFile(at("session.fits").toStdString()) : Bytes();
            };
            for (const QStringList& more : {QStringList{}, QStringList{"--reference"}}) {
                const Bytes plain = fits("plain.json", more), panes = fits("active.json", more);
                QVERIFY(!plain.empty() && !panes.empty());
                QVERIFY(fits("swipe.json", more) == plain);
                QVERIFY(fits("panes.json", more) == panes);
            }
        }
    }

    /// With panes every one of them counts: what fails in a pane that is not the active one is not passed over.
    void troubleInAnyPaneIsAPart()
    {
        scene::Document d = documentOfSurveys({QStringLiteral("colours")});
        scene::setPaneCount(d, 2);
        for (auto& layer : d.panes[1].layers) std::get<scene::SurveyState>(layer.content).source = at("nowhere").toStdString();
        write(at("pane.json"), QByteArray::fromStdString(scene::toJson(d)));
        for (const QStringList& more : {QStringList{}, QStringList{"--reference"}}) {
            const Run r = firmament(QStringList{"render", "-o", "pane.png", "--force", "--session", "pane.json", "--offline"} + more);
            QVERIFY2(r.status == 3, r.error);
            QVERIFY2(r.error.contains("nowhere"), r.error);
        }
    }

    /// A planet's longitudes are those that were typed, whatever frame is asked for, and whether the map is found out to be one early or late.
    void bodiesAreGoneToByTheirLongitudes()
    {
        makeValueSurvey(at("mars"));
        QFile properties(at("mars/properties"));
        QVERIFY(properties.open(QIODevice::ReadWrite));
        const QByteArray text = properties.readAll().replace("hips_frame = equatorial", "hips_frame = mars\nhips_body = mars");
        properties.close();
        write(at("mars/properties"), text);
        LoopbackServer server;
        server.serveFolder("/mars", at("mars").toStdString());
        for (const char* place : {"M31", "G121.17-21.57"})
            for (const QStringList& how : {QStringList{}, QStringList{"--reference"}}) {
                const Run r = firmament(QStringList{"render", "-o", "no.png", "--survey", "mars", "--at", place, "--size", "64x64"} + how);
                QCOMPARE(r.status, 2);
                QVERIFY2(r.error.contains("a map of a planet") && r.error.contains(place), r.error);
                QVERIFY(!QFile::exists(at("no.png")));
            }
        for (const QString& survey : {QStringLiteral("mars"), QString::fromStdString(server.url("/mars"))})
            for (const char* frame : {"icrs", "galactic", "ecliptic"})
                for (const QStringList& more : {QStringList{}, QStringList{"--reference"}}) {
                    const Run r = firmament(QStringList{"render", "-o", "mars.fits", "--force", "--survey", survey, "--at", "30 -20", "--fov", "2", "--size",
                                                        "31x21", "--frame", frame} + more);
                    QVERIFY2(r.status == 0, r.error);
                    const FitsHeader h = fitsHeader("mars.fits");
                    QVERIFY2(std::abs(h["CRVAL1"] - 30) < 1e-9 && std::abs(h["CRVAL2"] + 20) < 1e-9, qPrintable(QString("%1 %2").arg(h["CRVAL1"]).arg(h["CRVAL2"])));
                    QVERIFY(h["CDELT1"] > 0); // longitude grows to the right
                    const auto bytes = readFile(at("mars.fits").toStdString());
                    QVERIFY(asText(*bytes).find("BOLN") != std::string_view::npos);
                }
    }

    void referenceCountsItsRequests()
    {
        LoopbackServer server;
        server.serveFolder("/hips", at("colours").toStdString());
        for (const QStringList& more : {QStringList{}, QStringList{"--reference"}}) {
            QProcessEnvironment fresh = bareEnvironment(dir_.path());
            fresh.insert("FIRMAMENT_HOME", at(more.isEmpty() ? "home-gl" : "home-reference"));
            const Run r = run(QStringList{"render", "-o", "net.png", "--force", "--stats", "net.json", "--survey", QString::fromStdString(server.url("/hips")), "--size",
                                          "60x40"} + more, dir_.path(), 60000, fresh);
            QVERIFY2(r.status == 0, r.error);
            const QJsonObject stats = jsonFile(at("net.json"));
            QVERIFY2(stats["requests"].toInt() >= 13, qPrintable(QString::number(stats["requests"].toInt()))); // properties and twelve tiles
            QVERIFY(stats["bytes"].toInt() > 1000);
        }
    }

    void brokenTilesAreAPartialResult()
    {
        makeColourSurvey(at("broken"));
        write(at("broken/Norder0/Dir0/Npix5.png"), QByteArray("no picture at all"));
        const Run r = firmament({"render", "-o", "broken.png", "--survey", "broken", "--at", "90 0", "--fov", "100", "--stats",
                                 "broken.json", "--size", "200x120"});
        QVERIFY2(r.status == 3, r.error);
        QVERIFY2(r.error.startsWith("firmament: "), r.error);
        QVERIFY(QFile::exists(at("broken.png")));
        QVERIFY(jsonFile(at("broken.json"))["tiles_failed"].toInt() > 0);
    }

    void missingTilesAreNoFailure()
    {
        makeValueSurvey(at("sparse"), 3);
        QCOMPARE(firmament({"render", "-o", "sparse.fits", "--survey", "sparse", "--fov", "120", "--size", "60x40"}).status, 0);
    }

    void sessionDrawsTheSamePicture()
    {
        scene::Document document;
        document.view = document.view.withSize(200, 120)
                            .withProjection(sky::Proj::Zea)
                            .withFov(sky::Angle::deg(90))
                            .lookingAt({sky::Angle::deg(80), sky::Angle::deg(20), sky::Frame::Icrs})
                            .withRoll(sky::Angle::deg(33));
        document.overlays.compass = document.overlays.scaleBar = document.overlays.reticle = document.overlays.credits = false;
        scene::LayerState layer;
        layer.id = 1;
        layer.opacity = 0.7;
        scene::SurveyState survey;
        survey.source = at("colours").toStdString();
        layer.content = survey;
        document.layers.push_back(layer);
        write(at("good.json"), QByteArray::fromStdString(scene::toJson(document)));
        QCOMPARE(firmament({"render", "-o", "session.png", "--session", "good.json"}).status, 0);
        QCOMPARE(firmament({"render", "-o", "options.png", "--survey", "colours,opacity=0.7", "--size", "200x120", "--projection",
                            "ZEA", "--fov", "90", "--at", "80 20", "--roll", "33"}).status, 0);
        QCOMPARE(QImage(at("session.png")), QImage(at("options.png")));
        QCOMPARE(QImage(at("session.png")).size(), QSize(200, 120));
    }

    void wrongSessionsFail()
    {
        write(at("bad.json"), QByteArray("{ not json"));
        const Run bad = firmament({"render", "-o", "s.png", "--session", "bad.json"});
        QCOMPARE(bad.status, 1);
        QVERIFY2(bad.error.contains("bad.json"), bad.error);
        QCOMPARE(firmament({"render", "-o", "s.png", "--session", "none.json"}).status, 1);
        QVERIFY(!QFile::exists(at("s.png")));
    }

    void interruptLeavesNothing()
    {
        SilentServer server;
        QProcess process;
        QVERIFY(startAndReach(process, "interrupted.png", server));
        kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(10000));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("interrupted"));
        QVERIFY(!QFile::exists(at("interrupted.png")));
    }

    void killedLeavesNothing()
    {
        SilentServer server;
        QProcess process;
        QVERIFY(startAndReach(process, "killed.png", server));
        process.kill();
        QVERIFY(process.waitForFinished(10000));
        QVERIFY2(QDir(dir_.path()).entryList({"*killed*"}, QDir::AllEntries | QDir::Hidden).isEmpty(), "a part of a file was left");
    }

    void timeoutEndsTheWait()
    {
        SilentServer server;
        const Run r = firmament({"render", "-o", "late.png", "--survey", server.address(), "--timeout", "0.5"});
        QCOMPARE(r.status, 1);
        QVERIFY(!QFile::exists(at("late.png")));
        const Run both = firmament({"render", "-o", "both.png", "--survey", "colours", "--survey", server.address(), "--timeout",
                                    "1.5", "--size", "50x50"});
        QCOMPARE(both.status, 3);
        QVERIFY(QFile::exists(at("both.png")));
    }

    void offlineAsksNobody()
    {
        SilentServer server;
        const Run r = firmament({"render", "-o", "off.png", "--survey", server.address(), "--offline"});
        QCOMPARE(r.status, 1);
        QVERIFY(!server.waitForNewConnection(0));
        QVERIFY2(r.error.startsWith("firmament: "), r.error);
    }

    void queryName()
    {
        const Run m31 = firmament({"query", "name", "M31", "--json"});
        QVERIFY2(m31.status == 0, m31.error);
        const QJsonObject j = QJsonDocument::fromJson(m31.out).object();
        for (const char* key : {"name", "ra", "dec", "kind", "source", "pm_ra", "pm_dec"}) QVERIFY2(j.contains(key), key);
        QVERIFY(std::abs(j["ra"].toDouble() - 10.6847) < 0.01 && std::abs(j["dec"].toDouble() - 41.269) < 0.01);
        QVERIFY(firmament({"query", "name", "Andromeda", "Galaxy"}).out.contains("M 31"));
        const Run unknown = firmament({"query", "name", "Betelgeuze"});
        QCOMPARE(unknown.status, 1);
        QVERIFY2(unknown.error.contains("Betelgeuse"), unknown.error);
        QVERIFY(unknown.out.isEmpty());
    }

    void atTakesNamesAndPositions()
    {
        QCOMPARE(firmament(drawColours("named.png", {"--at", "Betelgeuse"})).status, 0);
        QCOMPARE(firmament(drawColours("negative.png", {"--at", "355 -10"})).status, 0);
        QCOMPARE(firmament(drawColours("galactic.png", {"--at", "G121.17-21.57"})).status, 0);
        const Run r = firmament(drawColours("unknown.png", {"--at", "Betelgeuze"}));
        QCOMPARE(r.status, 1);
        QVERIFY2(r.error.contains("did you mean"), r.error);
    }

    /// Every spelling of one place and of one field makes the same header.
    void spellings_data()
    {
        QTest::addColumn<QStringList>("view");
        QTest::addColumn<double>("ra");
        QTest::addColumn<double>("dec");
        QTest::addColumn<double>("arcsecAPixel");
        const auto row = [](const char* at, const char* fov, double ra, double dec, double arcsec) {
            QTest::newRow((std::string(at) + ", " + fov).c_str()) << QStringList{"--at", at, "--fov", fov} << ra << dec << arcsec;
        };
        row("M31", "1.5", 10.6848, 41.2691, 135);
        row("10.68458 41.26917", "1.5d", 10.68458, 41.26917, 135);
        row("10.68458, 41.26917", "90m", 10.68458, 41.26917, 135);
        row("00:42:44.3 +41:16:09", "5400s", 10.68458, 41.26917, 135);
        row("00h42m44.3s +41d16m09s", "1.5e0", 10.68458, 41.26917, 135);
        row("0h42m44.3s 41d16m9s", "20m", 10.68458, 41.26917, 30);
        row("G121.17-21.57", "30s", 10.679, 41.269, 0.75);
        row("-5 -10", "2", 355, -10, 180);
        row("3.55e2 -1e1", "2", 355, -10, 180);
        row("Sirius", "2", 101.2872, -16.7161, 180);
        row("alf CMa", "2", 101.2872, -16.7161, 180);
    }
    void spellings()
    {
        QFETCH(QStringList, view);
        QFETCH(double, ra);
        QFETCH(double, dec);
        QFETCH(double, arcsecAPixel);
        const Run r = firmament(QStringList{"render", "-o", "place.fits", "--force", "--survey", "values", "--size", "40x30", "--projection", "TAN"} + view);
        QVERIFY2(r.status == 0, r.error);
        const FitsHeader h = fitsHeader("place.fits");
        QVERIFY2(std::abs(h["CRVAL1"] - ra) < 0.02 && std::abs(h["CRVAL2"] - dec) < 0.02, qPrintable(QString("%1 %2").arg(h["CRVAL1"]).arg(h["CRVAL2"])));
        const double scale = 3600 * std::hypot(h["CD1_1"] + h["CDELT1"], h["CD2_1"]);
        QVERIFY2(std::abs(scale / arcsecAPixel - 1) < 0.005, qPrintable(QString::number(scale)));
    }

    void withNothingAskedItIsTheFirstStart()
    {
        QCOMPARE(firmament({"render", "-o", "start.fits", "--size", "60x40"}).status, 0);
        const FitsHeader first = fitsHeader("start.fits");
        QVERIFY(std::abs(first["CRVAL1"] - 266.405) < 0.01 && std::abs(first["CRVAL2"] + 28.936) < 0.01);
        // As soon as a place, a field, a survey or a session is given, all that is not given is what it always was.
        for (const QStringList& given : {QStringList{"--fov", "60"}, QStringList{"--at", "0 0"}, QStringList{"--survey", "sky"}}) {
            QCOMPARE(firmament(QStringList{"render", "-o", "given.fits", "--force", "--size", "60x40"} + given).status, 0);
            QVERIFY(fitsHeader("given.fits")["CRVAL1"] == 0);
        }
    }

    void everyWordOfALook_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("blend") << "blend" << QStringList{"normal", "add", "screen", "multiply", "difference"};
        QTest::newRow("stretch") << "stretch" << QStringList{"linear", "sqrt", "log", "asinh", "pow2", "histogram"};
        QTest::newRow("cmap") << "cmap" << QStringList{"grey", "viridis", "magma", "inferno", "plasma", "cividis", "turbo", "rainbow", "cubehelix", "heat",
                                                        "cool-warm", "planck"};
        QTest::newRow("cuts") << "cuts" << QStringList{"0:10", "-1e2:3e3", "99.5%", "zscale"};
        QTest::newRow("sampling") << "sampling" << QStringList{"linear", "nearest"};
        QTest::newRow("opacity") << "opacity" << QStringList{"0", "0.5", "1"};
    }
    void everyWordOfALook()
    {
        QFETCH(QString, key);
        QFETCH(QStringList, words);
        QStringList command{"render", "-o", "looks.png", "--force", "--size", "40x30", "--fov", "20", "--at", "90 0"};
        for (const QString& word : words) command << "--survey" << "values," + key + "=" + word + ",invert";
        const Run r = firmament(command);
        QVERIFY2(r.status == 0, r.error);
        const Run wrong = firmament({"render", "-o", "looks.png", "--force", "--survey", "values," + key + "=unknown"});
        QCOMPARE(wrong.status, 2);
        QVERIFY2(wrong.error.contains((key + "=unknown").toUtf8()) && wrong.error.contains("expected"), wrong.error);
    }

    /// Never a silent failure, and never a device replaced by a file.
    void outputsThatAreNoFiles()
    {
        QProcess process;
        process.setProcessEnvironment(bareEnvironment(dir_.path()));
        process.setStandardOutputFile("/dev/full");
        process.start(FIRMAMENT_PROGRAM, {"survey", "list"});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().startsWith("firmament: standard output: cannot be written"));
        const Run r = firmament(drawColours("device.png", {"--stats", "/dev/stdout", "--force"}));
        QVERIFY2(r.status == 0, r.error);
        QVERIFY2(QJsonDocument::fromJson(r.out).object().contains("renderer"), r.out);
        const Run full = firmament(drawColours("device2.png", {"--stats", "/dev/full"}));
        QCOMPARE(full.status, 1);
        QVERIFY2(full.error.contains("/dev/full"), full.error);
        QVERIFY(QFileInfo("/dev/full").exists() && !QFileInfo("/dev/full").isFile());
    }

    void foldersThatCannotBeWritten()
    {
        const Run missing = firmament(drawColours("no/such/folder/x.png"));
        QCOMPARE(missing.status, 1);
        QVERIFY2(missing.error.contains("folder does not exist") && missing.error.count('\n') == 1, missing.error);
        QVERIFY(QDir(dir_.path()).mkdir("sealed"));
        QFile::setPermissions(at("sealed"), QFile::ReadOwner | QFile::ExeOwner);
        const Run sealed = firmament(drawColours("sealed/x.png"));
        QFile::setPermissions(at("sealed"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        if (geteuid() != 0) { // root may write anywhere
            QCOMPARE(sealed.status, 1);
            QVERIFY2(sealed.error.contains("cannot be written"), sealed.error);
        }
        const Run kernel = firmament(drawColours("/proc/x.png"));
        QCOMPARE(kernel.status, 1);
        QVERIFY2(kernel.error.contains("/proc/x.png") && kernel.error.count('\n') == 1, kernel.error);
    }

    /// A large picture by the slow renderer is given up at once.
    void referenceStopsWhenInterrupted()
    {
        QProcess process;
        process.setProcessEnvironment(bareEnvironment(dir_.path()));
        process.setWorkingDirectory(dir_.path());
        process.start(FIRMAMENT_PROGRAM, {"render", "-o", "large.png", "--survey", "colours", "--size", "6000x6000", "--reference"});
        QVERIFY(process.waitForStarted());
        QTest::qWait(1500);
        QCOMPARE(process.state(), QProcess::Running);
        kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(5000));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("interrupted"));
        QVERIFY(QDir(dir_.path()).entryList({"*large*"}, QDir::AllEntries | QDir::Hidden).isEmpty());
    }

    void nothingIsWrittenToStdout()
    {
        const Run quiet = firmament(drawColours("quiet.png"));
        QVERIFY(quiet.status == 0 && quiet.out.isEmpty() && quiet.error.isEmpty());
        const Run told = firmament(drawColours("told.png", {"--progress"}));
        QVERIFY(told.status == 0 && told.out.isEmpty());
    }

    void statsAreKeptToo()
    {
        write(at("mine.json"), QByteArray("mine"));
        const Run refused = firmament(drawColours("with-stats.png", {"--stats", "mine.json"}));
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.error.contains("mine.json") && refused.error.contains("--force"), refused.error);
        QVERIFY(!QFile::exists(at("with-stats.png")));
        QCOMPARE(firmament(drawColours("with-stats.png", {"--stats", "mine.json", "--force"})).status, 0);
        QVERIFY(jsonFile(at("mine.json")).contains("renderer"));
    }

    void everyCommandKnowsOffline()
    {
        for (const QStringList& command : {QStringList{"survey", "list"}, {"survey", "info", "values"}, {"survey", "check", "values"},
                                           {"query", "name", "Vega"}, {"bench", "decode", "--survey", "colours"}}) {
            const Run r = firmament(command + QStringList{"--offline"});
            QVERIFY2(r.status == 0, command.join(' ').toUtf8() + ": " + r.error);
        }
    }

    void queryEveryKindOfName_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("kind");
        const auto row = [](const char* name, const char* shown, const char* kind) { QTest::newRow(name) << name << shown << kind; };
        row("Betelgeuse", "Betelgeuse", "Star");
        row("alpha Orionis", "Betelgeuse", "Star");
        row("\u03b1 Ori", "Betelgeuse", "Star");
        row("58 Ori", "Betelgeuse", "Star");
        row("HIP 27989", "Betelgeuse", "Star");
        row("HD 39801", "Betelgeuse", "Star");
        row("RR Lyr", "RR Lyr", "Star");
        row("Messier 42", "M 42", "");
        row("ngc1976", "M 42", "");
        row("IC 434", "IC 434", "");
        row("Horsehead Nebula", "Barnard 33", "");
        row("Orion", "Orion", "Constellation");
        row("Ori", "Orion", "Constellation");
        row("Jupiter", "Jupiter", "Planet");
        row("Sun", "Sun", "");
        row("Moon", "Moon", "");
    }
    void queryEveryKindOfName()
    {
        QFETCH(QString, name);
        QFETCH(QString, shown);
        QFETCH(QString, kind);
        const Run r = firmament(QStringList{"query", "name"} + name.split(' ') + QStringList{"--json"});
        QVERIFY2(r.status == 0, r.error);
        QCOMPARE(r.out.count('\n'), 1);
        const QJsonObject j = QJsonDocument::fromJson(r.out).object();
        QCOMPARE(j["name"].toString(), shown);
        if (!kind.isEmpty()) QCOMPARE(j["kind"].toString(), kind);
        QVERIFY(!j["source"].toString().isEmpty());
        QVERIFY(j["ra"].toDouble() >= 0 && j["ra"].toDouble() < 360 && std::abs(j["dec"].toDouble()) <= 90);
        QCOMPARE(j["pm_ra"].isDouble(), kind == "Star");
    }

    /// FIRMAMENT_HOME holds everything; without it the XDG folders do.
    void foldersOfSettingsAndCaches()
    {
        LoopbackServer server;
        server.serveFolder("/hips", at("colours").toStdString());
        const QStringList command{"render", "-o", "folders.png", "--force", "--size", "60x40", "--survey", QString::fromStdString(server.url("/hips"))};
        QProcessEnvironment home = bareEnvironment(dir_.path());
        home.insert("FIRMAMENT_HOME", at("one-folder"));
        home.insert("XDG_CACHE_HOME", at("never"));
        const Run first = run(command, dir_.path(), 60000, home);
        QVERIFY2(first.status == 0, first.error);
        QVERIFY(QDir(at("one-folder")).exists());
        QVERIFY(!QDir(at("never/firmament")).exists()); // the GL driver keeps its own things there
        // What was once seen is seen again offline.
        const Run again = run(command + QStringList{"--offline"}, dir_.path(), 60000, home);
        QVERIFY2(again.status == 0, again.error);
        QProcessEnvironment xdg = bareEnvironment(dir_.path());
        xdg.remove("FIRMAMENT_HOME");
        for (const char* kind : {"CACHE", "CONFIG", "DATA", "STATE"}) xdg.insert(QString("XDG_%1_HOME").arg(kind), at("xdg/") + kind);
        QCOMPARE(run(command, dir_.path(), 60000, xdg).status, 0);
        QVERIFY(QDir(at("xdg/CACHE/firmament")).exists());
    }

    void surveyInfo()
    {
        const Run r = firmament({"survey", "info", "values", "--json"});
        QVERIFY2(r.status == 0, r.error);
        const QJsonObject j = QJsonDocument::fromJson(r.out).object();
        for (const char* key : {"id", "title", "order_min", "order_max", "tile_width", "frame", "formats", "kind", "coverage", "url",
                                "credit", "warnings"})
            QVERIFY2(j.contains(key), key);
        QCOMPARE(j["title"].toString(), QString("Values"));
        QCOMPARE(j["tile_width"].toInt(), 64);
        QCOMPARE(j["frame"].toString(), QString("equatorial"));
        QCOMPARE(firmament({"survey", "info", "no such survey", "--offline"}).status, 1);
    }

    void surveyCheck()
    {
        const Run good = firmament({"survey", "check", "values", "--json"});
        QVERIFY2(good.status == 0, good.error + good.out);
        QJsonObject j = QJsonDocument::fromJson(good.out).object();
        QVERIFY(j["ok"].toBool());
        QCOMPARE(j["tiles"].toInt(), 12);
        QVERIFY(j["errors"].toArray().isEmpty());

        makeColourSurvey(at("wrong"));
        write(at("wrong/Norder0/Dir0/Npix3.png"), QByteArray("nothing"));
        write(at("wrong/Norder0/Dir0/Npix12.png"), QByteArray("nothing"));
        write(at("wrong/Norder2/Dir0/Npix7.png"), QByteArray("nothing"));
        const Run bad = firmament({"survey", "check", "wrong", "--json"});
        QCOMPARE(bad.status, 1);
        j = QJsonDocument::fromJson(bad.out).object();
        QVERIFY(!j["ok"].toBool());
        QCOMPARE(j["tiles"].toInt(), 11);
        const QByteArray errors = QJsonDocument(j["errors"].toArray()).toJson();
        QVERIFY2(errors.contains("Npix3.png") && errors.contains("no such cell") && errors.contains("hips_order"), errors);
        QCOMPARE(firmament({"survey", "check", "nowhere"}).status, 1);
    }

    void otherFormatsAreToldOf()
    {
        for (const QStringList& more : {QStringList{"--force"}, QStringList{"--force", "--reference"}}) {
            const Run format = firmament(drawColours("format.png", more).replaceInStrings("colours", "colours,format=fits"));
            QCOMPARE(format.status, 3);
            QVERIFY2(format.error.contains("there are no fits tiles") && format.error.count('\n') == 1, format.error);
        }
        const Run tables = firmament(drawColours("format.png", {"--force"}).replaceInStrings("colours", "colours,format=tsv"));
        QCOMPARE(tables.status, 2);
    }

    void surveyList()
    {
        const Run all = firmament({"survey", "list", "--json"});
        QVERIFY2(all.status == 0, all.error);
        const QJsonArray surveys = QJsonDocument::fromJson(all.out).array();
        QVERIFY(surveys.size() > 50);
        for (const char* key : {"id", "title", "url"}) QVERIFY(surveys[0].toObject().contains(key));
        const Run some = firmament({"survey", "list", "--filter", "DSS2"});
        QCOMPARE(some.status, 0);
        QVERIFY(some.out.contains("DSS2") && some.out.count('\n') < surveys.size());
        const Run none = firmament({"survey", "list", "--filter", "no survey is called that", "--json"});
        QCOMPARE(none.status, 1);
        QCOMPARE(none.out.trimmed(), QByteArray("[]"));
        QVERIFY2(none.error.contains("no survey is called that"), none.error);
    }

    /// Every survey of the list of known addresses, with the title, band, frame, order and format given there.
    void surveyListHasEveryKnownSurvey()
    {
        QFile sources(QString::fromStdString((sharedFolder() / "endpoints.md").string()));
        if (!sources.open(QIODevice::ReadOnly)) QSKIP(kNoSharedData);
        const QString text = QString::fromUtf8(sources.readAll());
        const QString table = text.section("### 7.1", 1).section("### 7.2", 0, 0);
        QMap<QString, QList<QJsonObject>> byPath; // hosts have changed their names
        const auto pathOf = [](const QString& url) { return QUrl(url).path().remove(QRegularExpression("/+$")); };
        const Run list = firmament({"survey", "list", "--json"});
        for (const QJsonValue& v : QJsonDocument::fromJson(list.out).array()) byPath[pathOf(v["url"].toString())] << v.toObject();
        int rows = 0;
        for (const QString& line : table.split('\n')) {
            QStringList cells = line.split('|');
            if (cells.size() < 9 || !cells[4].contains("http")) continue;
            for (QString& cell : cells) cell = cell.trimmed().remove('`');
            ++rows;
            const QString frame = cells[5] == "gal" ? "galactic" : "equatorial", format = cells[7] == "jpg" ? "jpeg" : cells[7];
            const auto same = [&](const QJsonObject& s) {
                const bool band = cells[3].isEmpty() || s["band"].toString().remove(' ') == QString(cells[3]).remove(' ');
                return band && s["title"].toString().compare(cells[2], Qt::CaseInsensitive) == 0 && s["frame"].toString() == frame &&
                       s["order_max"].toInt() == cells[6].toInt() && s["formats"].toArray().contains(format) && !s["credit"].toString().isEmpty();
            };
            const auto known = byPath[pathOf(cells[4])];
            QVERIFY2(std::any_of(known.begin(), known.end(), same), qPrintable(line));
        }
        QCOMPARE(rows, 82);
    }

    void benchesHaveTheirKeys()
    {
        for (const char* name : {"view", "flight"}) {
            const Run r = firmament({"bench", name, "--survey", "colours", "--seconds", "0.5", "--jumps", "2", "--seed", "3", "--timeout", "30",
                                     "--size", "160x100", "--json"});
            QVERIFY2(r.status == 0, r.error);
            const QJsonObject j = QJsonDocument::fromJson(r.out).object();
            QVERIFY(j.contains("renderer"));
            QCOMPARE(j["size"].toString(), QString("160x100"));
            for (const char* key : {"frames", "fps_median", "ms_p50", "ms_p95", "ms_p99", "ms_max", "ms_complete_p50", "ms_complete_max",
                                    "peak_rss", "texture_bytes"})
                QVERIFY2(j[key].toDouble() > 0, key);
        }
        const Run decode = firmament({"bench", "decode", "--survey", "colours", "--json"});
        QVERIFY2(decode.status == 0, decode.error);
        QCOMPARE(QJsonDocument::fromJson(decode.out).object()["png_tiles"].toInt(), 12);
        const Run startup = firmament({"bench", "startup", "--survey", "colours", "--runs", "1", "--json"});
        QVERIFY2(startup.status == 0, startup.error);
        QVERIFY(QJsonDocument::fromJson(startup.out).object().contains("ms_complete_p50"));
    }
};

QTEST_GUILESS_MAIN(TestProgram)
#include "test_program.moc"
