#include <QTest>

#include "catalogs/name_fold.h"
#include "catalogs/name_index.h"

using namespace firmament::catalogs;

class TestNameFold : public QObject {
    Q_OBJECT
private slots:
    void folds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("folded");
        QTest::newRow("case and blanks") << "  Galactic  Centre " << "galacticcentre";
        QTest::newRow("accents") << "Élodie Čapek Łódź" << "elodiecapeklodz";
        QTest::newRow("ligatures") << "Æther Straße Þorr" << "aetherstrassethorr";
        QTest::newRow("greek") << "α Ori" << "alphaori";
        QTest::newRow("capital greek") << "Ω Cen" << "omegacen";
        QTest::newRow("final sigma") << "ς" << "sigma";
        QTest::newRow("superscript") << "α¹ Cen" << "alpha1cen";
        QTest::newRow("superscript 4") << "π⁵ Ori" << "pi5ori";
        QTest::newRow("apostrophes") << "Barnard's Barnard’s" << "barnardsbarnards";
        QTest::newRow("punctuation") << "Sgr A*" << "sgra";
        QTest::newRow("micro sign") << "µ Cep" << "mucep";
        QTest::newRow("nothing") << "  -- " << "";
    }
    void folds()
    {
        QFETCH(QString, text);
        QFETCH(QString, folded);
        QCOMPARE(QString::fromStdString(foldName(text.toStdString())), folded);
    }
    void brokenUtf8()
    {
        foldName("\xFF\xC3");
        foldName("\xE2\x82");
        foldName(std::string_view("\xCE", 1));
        QCOMPARE(foldName(std::string("a\xF0\x9F") + "b"), std::string("ab"));
    }
    void lookUp_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("first");
        QTest::newRow("messier") << "Messier 031" << "m31";
        QTest::newRow("M") << "m 31" << "m31";
        QTest::newRow("ngc") << "NGC 0224" << "ngc224";
        QTest::newRow("ngc tight") << "ngc224" << "ngc224";
        QTest::newRow("ic") << "IC 0434" << "ic434";
        QTest::newRow("caldwell") << "Caldwell 14" << "c14";
        QTest::newRow("hip") << "HIP  27989" << "hip27989";
        QTest::newRow("component") << "NGC 4038A" << "ngc4038a";
        QTest::newRow("simbad bayer") << "alf Ori" << "alphaori";
        QTest::newRow("hipparcos bayer") << "alp Ori" << "alphaori";
        QTest::newRow("numbered bayer") << "alf01 Cen" << "alpha1cen";
        QTest::newRow("spaced number") << "alpha 1 Cen" << "alpha1cen";
        QTest::newRow("theta") << "tet Tau" << "thetatau";
        QTest::newRow("omega") << "ome Cen" << "omegacen";
        QTest::newRow("flamsteed") << "61 Cyg" << "61cyg";
        QTest::newRow("name") << "Orion Nebula" << "orionnebula";
    }
    void lookUp()
    {
        QFETCH(QString, text);
        QFETCH(QString, first);
        const auto keys = lookUpKeys(text.toStdString());
        QVERIFY(!keys.empty());
        QCOMPARE(QString::fromStdString(keys[0]), first);
    }
    void indexOrders()
    {
        NameIndex index;
        index.add("vega", "Vega", {NamedKind::Star, 1}, 20);
        index.add("vegafaint", "Vega faint", {NamedKind::Star, 2}, 30);
        index.add("vega", "Vega dim", {NamedKind::Star, 3}, 5);
        index.addInner("vegas", {NamedKind::DeepSky, 4}, 31);
        index.add("alphalyr", "α Lyr", {NamedKind::Star, 1}, 20);
        index.finish();
        QCOMPARE(index.find("vega")->ref.index, 1u); // the brighter of two with the same name
        QVERIFY(!index.find("veg"));
        QVERIFY(!index.find("vegas")); // a word in the middle is no name
        const auto hits = index.complete({"vega", "alpha"}, 10);
        QCOMPARE(hits.size(), size_t{4}); // object 1 once
        QCOMPARE(hits[0].ref.index, 1u);  // the whole name beats the brighter beginning
        QCOMPARE(index.complete({"vega"}, 2).size(), size_t{2});
        QVERIFY(index.complete({"zzz"}, 5).empty());
        QCOMPARE(index.similar("vgea", 3), std::vector<std::string>({"Vega", "Vega dim"}));
        QVERIFY(index.similar("ve", 3).empty());
    }

    void lesser()
    {
        const auto keys = [](const char* name) { return lesserKeys(name); };
        using Keys = std::vector<std::string>;
        QCOMPARE(keys("zet01 UMa"), Keys{"zetauma"});
        QCOMPARE(keys("alf Cen B"), Keys{"alpha2cen"});
        QCOMPARE(keys("alf Cen A"), (Keys{"alpha1cen", "alphacen", "alfcen"}));
        QCOMPARE(keys("alf02 Cen B"), Keys{"alpha2cen"});
        QCOMPARE(keys("61 Cyg A"), Keys{"61cyg"});
        for (const char* name : {"", "A", "B", "zeta 1", "zet02 UMa", "psi10 Aur", "alf02 Cen A", "61 Cyg B", "Betelgeuse", "\xff A B"}) QCOMPARE(keys(name), Keys{});
    }
};

QTEST_APPLESS_MAIN(TestNameFold)
#include "test_name_fold.moc"
