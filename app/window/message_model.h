// The message list: what went wrong or was done, newest first; equal ones are counted instead of repeated.
#pragma once

#include <QAbstractListModel>
#include <QDateTime>
#include <deque>

#include "scene/scene.h"

namespace firmament::window {

class MessageModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { SeverityRole = Qt::UserRole + 1, ThingRole, SentenceRole, TimeRole, CountRole, LayerRole };
    struct Entry {
        scene::Message message;
        QDateTime time;
        int count = 1;
    };
    using QAbstractListModel::QAbstractListModel;

    void add(const scene::Message& message);
    void note(const QString& sentence); ///< what a toast said, for whoever missed it: not counted as unread
    void clear();
    void markRead();
    int unread() const { return unread_; }
    scene::Severity worstUnread() const { return worst_; }
    const std::deque<Entry>& entries() const { return entries_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

signals:
    void unreadChanged();

private:
    static constexpr size_t kMost = 500;
    bool put(const scene::Message& message);
    std::deque<Entry> entries_;
    int unread_ = 0;
    scene::Severity worst_ = scene::Severity::Info;
};

} // namespace firmament::window
