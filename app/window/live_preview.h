// A survey shown on top for a moment, at full opacity: on the sky, but not in the document, its undo history or its session.
// The next one fades in over the one before, so that nothing blanks in between; the end of it shows at once what was there.
// ui thread.
#pragma once

#include <QObject>
#include <QVariantAnimation>
#include <string>
#include <vector>

#include "scene/scene.h"

namespace firmament::window {

/// Pictures go above pictures and below stars and names.
void insertAboveSurveys(scene::Document& d, scene::LayerState layer);

class LivePreview final : public QObject {
    Q_OBJECT
public:
    explicit LivePreview(QObject* parent = nullptr);

    /// `free`: an id that the document does not use.
    void show(const std::string& source, const std::string& title, scene::LayerId free, int fadeMs);
    void end();
    bool shown() const { return !layers_.empty(); }
    /// What was asked for last and not ended since, even when it could not be shown.
    const std::string& source() const { return source_; }
    QString line() const { return line_; }  ///< how far it is, in words: "Loading 9 of 14 tiles"
    bool failed() const { return failed_; }

    void addTo(scene::Document& d) const; ///< what the scene is given
    bool owns(scene::LayerId id) const;
    /// When `source` is what is shown: the layer's id, so that the document can go on with the same layer and its tiles;
    /// the preview is over then. 0: it is not shown.
    scene::LayerId take(const std::string& source);
    void followReports(const std::vector<scene::LayerReport>& reports);

signals:
    void changed();  ///< addTo adds something else now
    void reported(); ///< source, line or failed changed

private:
    struct Shown {
        scene::LayerState layer;
        bool fading = false;
    };
    void say(const QString& line, bool failed);
    void startFade();
    std::vector<Shown> layers_; ///< at most two: the last one comes over the one before
    std::string source_;
    QString line_;
    bool failed_ = false;
    int fadeMs_ = 0;
    QVariantAnimation fade_;
};

} // namespace firmament::window
