// SVG and PDF of the real program: lines and letters on top of the picture, the same as in the PNG of the same view.
#include <QtTest>

#include <QImage>
#include <QPainter>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QXmlStreamReader>

#include <cmath>
#include <map>

#include "app/picture/picture.h"
#include "app/text/gui_session.h"
#include "tests/cli/program.h"

using namespace firmament;
using namespace firmament::testing;

namespace {

struct SvgContent {
    QMap<QString, QPointF> texts; ///< the letters themselves, not their halos
    QMap<QString, int> elements;
    QString title;
    bool fontInside = false;
};

SvgContent readSvg(const QString& file)
{
    SvgContent out;
    QFile f(file);
    if (!f.open(QIODevice::ReadOnly)) return out;
    QXmlStreamReader xml(&f);
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        const QString name = xml.name().toString();
        ++out.elements[name];
        const auto a = xml.attributes();
        const QPointF at(a.value("x").toDouble(), a.value("y").toDouble());
        const bool halo = a.hasAttribute("aria-hidden");
        if (name == "text") {
            const QString text = xml.readElementText();
            if (!halo) out.texts[text] = at;
        }
        if (name == "title") out.title = xml.readElementText();
        if (name == "style") out.fontInside = xml.readElementText().contains("font/otf;base64,");
    }
    if (xml.hasError()) qWarning() << xml.errorString();
    return out;
}

double meanDifference(const QImage& a, const QImage& b)
{
    double sum = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QColor p = a.pixelColor(x, y), q = b.pixelColor(x, y);
            sum += std::abs(p.red() - q.red()) + std::abs(p.green() - q.green()) + std::abs(p.blue() - q.blue());
        }
    return sum / (3.0 * a.width() * a.height());
}

} // namespace

class TestVectorPictures : public QObject {
    Q_OBJECT

private:
    QTemporaryDir dir_;
    QString at(const QString& name) const { return dir_.filePath(name); }
    Run firmament(const QStringList& words) const { return run(words, dir_.path()); }
    const QStringList view_{"--at", "90 0", "--fov", "40", "--size", "640x400", "--grid", "--labels", "--constellations"};

private slots:
    void initTestCase()
    {
        text::registerFonts();
        makeColourSurvey(at("colours"));
    }

    void gridLabelsStandWhereTheLinesCross()
    {
        const Run r = firmament(QStringList{"render", "-o", "grid.svg", "--survey", "colours"} + view_);
        QVERIFY2(r.status == 0, r.error);
        const SvgContent svg = readSvg(at("grid.svg"));
        QCOMPARE(svg.elements["image"], 1);
        QVERIFY(svg.elements["path"] > 10); // grid, constellations
        QVERIFY(svg.fontInside);
        QVERIFY2(svg.title.contains("06 00 00.0"), qPrintable(svg.title));
        // RA 6 h goes down the middle: its number is centred there, 14 pixels below the top. The equator's is at the left edge.
        QVERIFY(svg.texts.contains("06h00m") && svg.texts.contains(QString::fromUtf8("00\u00b0")));
        const QPointF six = svg.texts["06h00m"], equator = svg.texts[QString::fromUtf8("00\u00b0")];
        QVERIFY2(std::abs(six.x() + 22.7 - 320) < 2 && std::abs(six.y() - 18) < 2, qPrintable(QString("%1 %2").arg(six.x()).arg(six.y())));
        QVERIFY2(std::abs(equator.x() - 10) < 1.5 && std::abs(equator.y() - 4 - 200) < 2, qPrintable(QString("%1 %2").arg(equator.x()).arg(equator.y())));
        // Names of stars, of which the document has the same in the PNG.
        QVERIFY(svg.texts.contains("Betelgeuse"));
    }

    void namesStandBesideTheirStars()
    {
        QVERIFY(firmament({"render", "-o", "name.svg", "--at", "Betelgeuse", "--fov", "20", "--size", "400x300", "--labels"}).status == 0);
        const SvgContent svg = readSvg(at("name.svg"));
        const QPointF name = svg.texts["Betelgeuse"];
        QVERIFY2(name.x() > 203 && name.x() < 216 && std::abs(name.y() - 4 - 150) < 2, qPrintable(QString("%1 %2").arg(name.x()).arg(name.y())));
        QVERIFY(svg.elements["circle"] > 50); // stars
    }

    /// Drawn by another renderer, the SVG is the picture that the PNG shows.
    void svgAgreesWithPng_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::newRow("survey") << QStringList{"--survey", "colours"} + view_;
        QTest::newRow("sky") << QStringList{"--at", "84 -1", "--fov", "6", "--size", "500x350", "--labels", "--grid"};
        QTest::newRow("first start") << QStringList{"--size", "700x440"};
        QTest::newRow("stars on paper") << QStringList{"--at", "84 -1", "--fov", "6", "--size", "500x350", "--labels", "--grid", "--paper"};
    }
    void svgAgreesWithPng()
    {
        QFETCH(QStringList, words);
        QVERIFY(firmament(QStringList{"render", "-o", "same.svg", "--force"} + words).status == 0);
        QVERIFY(firmament(QStringList{"render", "-o", "same.png", "--force"} + words).status == 0);
        const QImage png = QImage(at("same.png")).convertToFormat(QImage::Format_RGB32);
        QImage drawn(png.size(), QImage::Format_RGB32);
        drawn.fill(Qt::black);
        // This renderer knows neither lists of typefaces nor outlined letters: there the two differ a little.
        QFile file(at("same.svg"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QSvgRenderer renderer(file.readAll().replace("'Firmament Sans', Inter, 'DejaVu Sans', sans-serif", "Firmament Sans"));
        QVERIFY(renderer.isValid());
        QPainter painter(&drawn);
        renderer.render(&painter);
        painter.end();
        const double difference = meanDifference(png, drawn);
        QVERIFY2(difference < 4.5, qPrintable(QString::number(difference)));
        // Without what lies on it, it would be another picture: the measure is sharp enough to tell.
        QVERIFY(firmament(QStringList{"render", "-o", "reference.png", "--force", "--reference"} + words).status == 0);
        const double bare = meanDifference(png, QImage(at("reference.png")));
        QVERIFY2(bare > 1.5 * difference, qPrintable(QString("%1 against %2").arg(difference).arg(bare)));
    }

    void onPaperAllIsInkOnWhite()
    {
        const Run r = firmament({"render", "-o", "ink.svg", "--at", "Betelgeuse", "--fov", "20", "--size", "400x300", "--labels", "--grid", "--constellations", "--paper"});
        QVERIFY2(r.status == 0, r.error);
        QFile file(at("ink.svg"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString svg = QString::fromUtf8(file.readAll());
        QVERIFY(svg.contains("Betelgeuse"));
        // Every colour of a star, a line or a letter is dark; halos of letters, which are light, are told by aria-hidden.
        auto found = QRegularExpression("<(circle|path|text)(?![^>]*aria-hidden)[^>]*(?:fill|stroke)=\"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\"[^>]*>").globalMatch(svg);
        int inks = 0;
        while (found.hasNext()) {
            const auto m = found.next();
            if (m.captured(0).contains("#ffffff") && m.captured(0).contains("-opacity")) continue; // outlines and grounds are of paper
            const int grey = qGray(m.captured(2).toInt(nullptr, 16), m.captured(3).toInt(nullptr, 16), m.captured(4).toInt(nullptr, 16));
            QVERIFY2(grey < 150, qPrintable(m.captured(0)));
            ++inks;
        }
        QVERIFY2(inks > 60, qPrintable(QString::number(inks)));
        const Run png = firmament({"render", "-o", "ink.png", "--at", "Betelgeuse", "--fov", "20", "--size", "400x300", "--paper"});
        QCOMPARE(png.status, 0);
        const QImage image(at("ink.png"));
        QVERIFY(qGray(image.pixel(3, 3)) > 200);
        QVERIFY2(qGray(image.pixel(200, 150)) < 90, "Betelgeuse is a black disc");
    }

    void pdfIsOnePageOfThePaper()
    {
        const Run r = firmament(QStringList{"render", "-o", "a4.pdf", "--survey", "colours", "--page", "A4"} + view_);
        QVERIFY2(r.status == 0, r.error);
        QFile file(at("a4.pdf"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray pdf = file.readAll();
        QVERIFY(pdf.startsWith("%PDF-1.4"));
        QCOMPARE(pdf.count("/Type /Page\n"), 1);
        const auto box = QRegularExpression("/MediaBox \\[0 0 ([0-9.]+) ([0-9.]+)\\]").match(QString::fromLatin1(pdf));
        QVERIFY(box.hasMatch());
        QVERIFY(std::abs(box.captured(1).toDouble() - 841.9) < 1 && std::abs(box.captured(2).toDouble() - 595.3) < 1);
        QVERIFY(pdf.contains("/Subtype /Image"));
        QVERIFY(pdf.contains("/ToUnicode")); // letters, not pictures of letters
    }

    void pagesByWord()
    {
        QCOMPARE(picture::pageFromWord("a4")->height, 297.0);
        QCOMPARE(picture::pageFromWord("Letter")->width, 215.9);
        QCOMPARE(picture::pageFromWord("100x150")->height, 150.0);
        for (const char* wrong : {"", "a9", "100", "x", "100x", "100x-3", "1x1", "100x150mm", "nanxnan"}) QVERIFY2(!picture::pageFromWord(wrong), wrong);
        const Run r = firmament({"render", "-o", "x.png", "--page", "A4"});
        QCOMPARE(r.status, 2);
        QVERIFY2(r.error.contains("--page is for .svg and .pdf"), r.error);
    }

    void namesInXmlAreSafe()
    {
        scene::OverlayPicture overlay{4, 4, {}};
        scene::OverlayText text;
        text.utf8 = "a<b>&\"c\"\x01";
        text.size = 12;
        overlay.items.emplace_back(text);
        const auto bytes = picture::encodeSvg({4, 4, std::vector<uint8_t>(64, 9)}, overlay, "<&>", std::nullopt);
        QVERIFY(bytes);
        QFile file(at("safe.svg"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(reinterpret_cast<const char*>(bytes->data()), static_cast<qint64>(bytes->size()));
        file.close();
        const SvgContent svg = readSvg(at("safe.svg"));
        QVERIFY(svg.texts.contains("a<b>&\"c\""));
        QCOMPARE(svg.title, QString("<&>"));
    }
};

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QGuiApplication app(argc, argv);
    TestVectorPictures test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_vector_pictures.moc"
