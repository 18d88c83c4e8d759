// Zipped HiPS trees: right ones come out whole, wrong ones leave nothing behind and say what is wrong.
#include <QtTest>

#include "hips/zip_tree.h"
#include "tests/support/synthetic_hips.h"
#include "tests/support/zip_writer.h"

using namespace firmament;
using namespace firmament::hips;
using testing::ZipWriter;
namespace fs = std::filesystem;

class TestZipTree : public QObject {
    Q_OBJECT
    QTemporaryDir dir_;
    fs::path at(const std::string& name) const { return fs::path(dir_.path().toStdString()) / name; }
    std::string textOf(const fs::path& file) const
    {
        const auto bytes = readFile(file);
        return bytes ? std::string(asText(*bytes)) : "?";
    }
    Expected<ZippedTree> unpack(const ZipWriter& zip)
    {
        zip.write(at("a.zip"));
        fs::remove_all(at("out"));
        return unpackZip(at("a.zip"), at("out"));
    }
    bool nothingLeft() const { return !fs::exists(at("out")) && !fs::exists(at("out.part")); }

private slots:
    void aTreeComesOutWhole()
    {
        testing::SyntheticHips hips{at("tree"), 0, 1, 32};
        hips.writePictures();
        ZipWriter zip;
        zip.add("readme.txt", "not of the tree");
        zip.addFolder(at("tree"), "deep/er/");
        zip.write(at("a.zip"));
        const auto looked = lookIntoZip(at("a.zip"));
        QVERIFY(looked);
        QCOMPARE(looked->root, std::string("deep/er/"));
        const auto done = unpack(zip);
        QVERIFY2(done, done ? "" : done.error().text().c_str());
        QCOMPARE(done->files, size_t{1 + 12 + 48});
        QVERIFY(!fs::exists(at("out/readme.txt")));
        for (const auto& e : fs::recursive_directory_iterator(at("tree")))
            if (e.is_regular_file()) QCOMPARE(textOf(at("out") / fs::relative(e.path(), at("tree"))), textOf(e.path()));
    }
    void storedAndWideFilesToo()
    {
        ZipWriter zip;
        zip.add("properties", "obs_title = x\n", false);
        zip.add("Norder0/Dir0/Npix0.jpg", std::string(700000, 'j'), true, {.wide = true});
        zip.add("empty", "", true);
        QVERIFY(unpack(zip));
        QCOMPARE(textOf(at("out/Norder0/Dir0/Npix0.jpg")), std::string(700000, 'j'));
        QCOMPARE(fs::file_size(at("out/empty")), uintmax_t{0});
        QVERIFY(!unpackZip(at("a.zip"), at("out"))); // it is there already
        QCOMPARE(textOf(at("out/properties")), std::string("obs_title = x\n"));
    }
    void wrongOnesSayWhy_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("why");
        for (const auto& [name, why] : std::initializer_list<std::pair<const char*, const char*>>{{"up", "leads out"}, {"absolute", "leads out"}, {"backslash", "leads out"}, {"encrypted", "encrypted"}, {"method", "method 14"},
                                                                                                {"longer", "as large as"}, {"shorter", "as large as"}, {"crc", "checksum"}, {"none", "no HiPS"}, {"bomb", "swells"}})
            QTest::newRow(name) << QString::fromLatin1(name) << QByteArray(why);
    }
    void wrongOnesSayWhy()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, why);
        ZipWriter zip;
        if (name != QLatin1String("none")) zip.add("properties", "obs_title = x\n");
        if (name == QLatin1String("up")) zip.add("../../evil", "x");
        if (name == QLatin1String("absolute")) zip.add("/tmp/evil", "x");
        if (name == QLatin1String("backslash")) zip.add("..\\evil", "x");
        if (name == QLatin1String("encrypted")) zip.add("tile", "x", false, {.flags = 1});
        if (name == QLatin1String("method")) zip.add("tile", "x", false, {.method = 14});
        if (name == QLatin1String("longer")) zip.add("tile", "1234", true, {.size = 10});
        if (name == QLatin1String("shorter")) zip.add("tile", "1234567890", true, {.size = 4});
        if (name == QLatin1String("crc")) zip.add("tile", "1234567890", true, {.crc = true});
        if (name == QLatin1String("none")) zip.add("tile", "x");
        if (name == QLatin1String("bomb")) zip.add("tile", std::string(size_t{80} << 20, '0'));
        const auto done = unpack(zip);
        QVERIFY(!done);
        QVERIFY2(QByteArray::fromStdString(done.error().text()).contains(why), done.error().text().c_str());
        QVERIFY(nothingLeft());
        QVERIFY(!fs::exists(at("evil")) && !fs::exists("/tmp/evil"));
    }
    void cutOrChangedAnywhereItNeverCrashesNorLies()
    {
        ZipWriter zip;
        zip.add("properties", "obs_title = x\n");
        zip.add("Norder0/Dir0/Npix0.jpg", std::string(3000, 'j') + "end");
        const std::string good = zip.bytes();
        for (size_t i = 0; i < good.size(); ++i)
            for (const bool cut : {true, false}) {
                std::string bad = cut ? good.substr(0, i) : good;
                if (!cut) bad[i] = static_cast<char>(bad[i] ^ 0x55);
                std::ofstream(at("a.zip"), std::ios::binary).write(bad.data(), static_cast<std::streamsize>(bad.size()));
                fs::remove_all(at("out"));
                const auto done = unpackZip(at("a.zip"), at("out"));
                if (!done) QVERIFY(nothingLeft());
                else if (fs::exists(at("out/Norder0/Dir0/Npix0.jpg"))) QCOMPARE(textOf(at("out/Norder0/Dir0/Npix0.jpg")).size(), size_t{3003});
            }
    }
    void itCanBeStopped()
    {
        ZipWriter zip;
        zip.add("properties", "obs_title = x\n");
        zip.add("tile", std::string(3'000'000, 'j'), false);
        zip.write(at("a.zip"));
        fs::remove_all(at("out"));
        const auto done = unpackZip(at("a.zip"), at("out"), [](uint64_t written) { return written < 1'000'000; });
        QVERIFY(!done && done.error().code == Errc::Cancelled);
        QVERIFY(nothingLeft());
    }
};

QTEST_APPLESS_MAIN(TestZipTree)
#include "test_zip_tree.moc"
