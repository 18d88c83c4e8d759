// nginx with faults chosen by the path (shared/servers/start_nginx.sh), on loopback, for as long as the object lives.
#pragma once

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QString>
#include <QTemporaryDir>

#include <cstdio>
#include <memory>
#include <string>

#include "tests/support/loopback_server.h"
#include "tests/support/test_data.h"

namespace firmament::testing {

class FaultyServer {
public:
    /// Why there is none (to skip the test), or empty. Files go into root() before or after.
    QString start()
    {
        const auto scripts = sharedFolder() / "servers";
        const QString script = QString::fromStdString((scripts / "start_nginx.sh").string());
        if (!QFile::exists(script)) return kNoSharedData;
        QDir().mkpath(root());
        QFile::setPermissions(scratch_.path(), QFile::permissions(scratch_.path()) | QFile::ReadOther | QFile::ExeOther);
        QString said;
        for (int attempt = 0; attempt < 3; ++attempt) { // a free pair of ports may be taken meanwhile
            const int port = LoopbackServer().port();
            said = output("NGINX_NO_INSTALL=1 '" + script + "' '" + folder() + "' '" + root() + "' " + QString::number(port) + " 2>&1");
            if (said.contains("missing packages")) return "nginx is not installed";
            const auto found = QRegularExpression("FAULT_URL=(\\S+) TLS_URL=(\\S+)").match(said);
            if (!found.hasMatch()) continue;
            http = found.captured(1).toStdString();
            https = found.captured(2).toStdString();
            stop_ = QString::fromStdString((scripts / "stop_nginx.sh").string());
            return {};
        }
        return "nginx does not start: " + said;
    }
    ~FaultyServer()
    {
        if (!stop_.isEmpty()) output("'" + stop_ + "' '" + folder() + "'");
    }

    QString root() const { return scratch_.path() + "/root"; }
    QString folder() const { return scratch_.path() + "/n"; } ///< its settings, certificates and logs
    std::string caFile() const { return (folder() + "/ca.pem").toStdString(); }

    std::string http, https; ///< base addresses; a fault's name follows

private:
    /// What a shell command writes. (QProcess forks, which the thread sanitizer does not stand.)
    static QString output(const QString& command)
    {
        const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.toUtf8().constData(), "r"), ::pclose);
        QByteArray all;
        char block[4096];
        while (pipe) {
            const size_t n = std::fread(block, 1, sizeof block, pipe.get());
            if (n == 0) break;
            all.append(block, static_cast<qsizetype>(n));
        }
        return QString::fromUtf8(all);
    }

    QTemporaryDir scratch_;
    QString stop_;
};

} // namespace firmament::testing
