// The real program as a process, and small surveys for it. Wants FIRMAMENT_PROGRAM.
#pragma once

#include <QtTest>

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpServer>

#include <optional>

#include "fits/write.h"
#include "hips/image_codec.h"

namespace firmament::testing {

struct Run {
    int status = -1;
    QByteArray out, error;
};

inline QProcessEnvironment bareEnvironment(const QString& folder)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) environment.remove(name);
    environment.insert("FIRMAMENT_HOME", folder + "/home");
    environment.insert("no_proxy", "127.0.0.1");
    return environment;
}

inline Run run(const QStringList& words, const QString& folder, int limitMs = 60000,
               const std::optional<QProcessEnvironment>& environment = std::nullopt)
{
    QProcess process;
    process.setProcessEnvironment(environment ? *environment : bareEnvironment(folder));
    process.setWorkingDirectory(folder);
    process.start(FIRMAMENT_PROGRAM, words);
    Run result;
    if (!process.waitForFinished(limitMs)) {
        process.kill();
        process.waitForFinished();
        return result;
    }
    result.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    result.out = process.readAllStandardOutput();
    result.error = process.readAllStandardError();
    return result;
}

inline void write(const QString& path, const Bytes& bytes)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size()));
}
inline void write(const QString& path, const QByteArray& text)
{
    const auto view = asBytes({text.data(), static_cast<size_t>(text.size())});
    write(path, Bytes(view.begin(), view.end()));
}

inline constexpr int kWidth = 64;

/// Twelve tiles of order 0 of one colour each.
inline void makeColourSurvey(const QString& folder)
{
    write(folder + "/properties", QByteArray("creator_did = ivo://test/P/colour\nobs_title = Colours\ndataproduct_type = image\n"
                                             "hips_version = 1.4\nhips_release_date = 2024-01-01T00:00Z\nhips_status = public\n"
                                             "hips_frame = equatorial\nhips_order = 0\nhips_tile_width = 64\n"
                                             "hips_tile_format = png\n"));
    for (int pix = 0; pix < 12; ++pix) {
        std::vector<uint8_t> rgba(size_t{kWidth} * kWidth * 4);
        for (size_t i = 0; i < rgba.size(); i += 4) {
            rgba[i] = static_cast<uint8_t>(20 * pix);
            rgba[i + 1] = 100;
            rgba[i + 2] = static_cast<uint8_t>(255 - 20 * pix);
            rgba[i + 3] = 255;
        }
        write(folder + QString("/Norder0/Dir0/Npix%1.png").arg(pix), *hips::encodePng(rgba.data(), kWidth, kWidth));
    }
}

/// The same with physical values: the tile's number plus a half.
inline void makeValueSurvey(const QString& folder, int tiles = 12)
{
    write(folder + "/properties", QByteArray("creator_did = ivo://test/P/values\nobs_title = Values\ndataproduct_type = image\n"
                                             "hips_version = 1.4\nhips_release_date = 2024-01-01T00:00Z\nhips_status = public\n"
                                             "hips_frame = equatorial\nhips_order = 0\nhips_tile_width = 64\n"
                                             "hips_tile_format = fits\nhips_pixel_cut = 0 12\n"));
    for (int pix = 0; pix < tiles; ++pix) {
        const std::vector<float> values(size_t{kWidth} * kWidth, static_cast<float>(pix) + 0.5f);
        write(folder + QString("/Norder0/Dir0/Npix%1.fits").arg(pix), *fits::writeFitsImage(values, kWidth, kWidth, {}));
    }
}

inline QJsonObject jsonFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

/// Takes connections and never says a word.
class SilentServer : public QTcpServer {
public:
    SilentServer() { listen(QHostAddress::LocalHost); }
    QString address() const { return QString("http://127.0.0.1:%1/hips").arg(serverPort()); }
};

} // namespace firmament::testing
