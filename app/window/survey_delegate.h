// Paints the rows of the survey list: picture, three lines of facts, star and menu dots; knows where on a row these are.
#pragma once

#include <QPointer>
#include <QStyledItemDelegate>

#include "app/window/survey_model.h"

namespace firmament::window {

class Style;

class SurveyDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    enum class Zone : uint8_t { Row, Picture, Star, More };
    static constexpr int kRow = 52, kTouchRow = 64;
    static int rowHeight(const Style& style);

    SurveyDelegate(Controller& controller, const SurveyModel& model, const SurveyLibrary& library, QObject* parent);
    static QRect zoneRect(const QRect& row, Zone zone);
    static Zone zoneAt(const QRect& row, const QPoint& at);
    QString zoneTip(const QModelIndex& index, Zone zone) const;
    void setPointer(const QPoint& viewportPosition) { pointer_ = viewportPosition; }
    void setPreviewed(const QString& source) { previewed_ = source; }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override;
    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option, const QModelIndex& index) override;

private:
    void paintPicture(QPainter& p, const QRect& r, const SurveyFacts& facts, int libraryIndex, bool dim, bool pointed, double ratio) const;
    void paintFacts(QPainter& p, const QRectF& r, const SurveyFacts& facts, bool dim, double ratio) const;
    void paintStar(QPainter& p, const QRect& r, bool on) const;

    Controller& c_;
    const SurveyModel& model_;
    const SurveyLibrary& library_;
    QPoint pointer_{-1, -1};
    QString previewed_;
};

/// `image` in shades of red for the night theme, as the sky itself is drawn then.
QImage forTheme(const QImage& image, const Controller& controller);

} // namespace firmament::window
