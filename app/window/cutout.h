// The pixels of what is shown, with a header that says where they lie, as a FITS file: what `firmament render -o x.fits` writes of
// the same view. Waits until the tiles are there; encoding and writing are done on the work pool. ui thread.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <memory>

#include "app/picture/fits_file.h"
#include "core/pending.h"

namespace firmament::window {

class Canvas;
class Controller;

class Cutout final : public QObject {
    Q_OBJECT
public:
    Cutout(Controller& controller, Canvas& canvas, QObject* parent);
    ~Cutout() override;
    /// An existing file is replaced. Tells the user when it is done, or why not; one at a time.
    void start(const QString& file);
    bool running() const { return waiting_.isActive() || writing_ != nullptr; }
    /// The topmost visible survey, as a FITS header tells of it; empty: none is open.
    static std::optional<picture::FitsOrigin> originIn(const Controller& controller);

signals:
    void ended(bool written);

private:
    struct Missing {
        int tiles = 0;
        bool part = false;
    };
    Missing missing() const;
    void look();
    void take();
    void end(bool written, const QString& told);

    Controller& c_;
    Canvas& canvas_;
    QString file_;
    QTimer waiting_;
    QElapsedTimer since_;
    std::shared_ptr<PendingFlag> writing_; ///< alive while the work pool has it
};

} // namespace firmament::window
