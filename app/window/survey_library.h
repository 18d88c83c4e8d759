// What is known of every survey: the built-in list, the user's own folders and addresses, what they say of themselves, their
// coverage, what of them is kept on this computer, their pictures. Servers are asked only for rows that can be seen, a few at
// a time, at the lowest priority, and never while offline. ui thread; reading and decoding on the work pool.
#pragma once

#include <QHash>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QStringList>
#include <QTimer>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "app/window/survey_entry.h"
#include "app/window/wavelength.h"
#include "core/pending.h"
#include "hips/image_codec.h"
#include "sky/moc.h"

namespace firmament::window {

class Controller;

enum class Health : uint8_t {
    Unknown, ///< not asked yet
    Asking,
    Answers, ///< its server answered
    Kept,    ///< its server does not answer now, but tiles of it are kept here
    Silent,  ///< no server of it answers; SurveyFacts::trouble says why
    Here     ///< on this computer
};

struct SurveyFacts {
    SurveyEntry entry;
    std::string folder;              ///< of a survey on this computer
    bool kept = false;               ///< tiles of it are in the disk cache
    Health health = Health::Unknown;
    int answerMs = -1;               ///< of the last question, when it went to the server
    QString trouble;
    std::optional<hips::SurveyInfo> said; ///< its properties
    QStringList warnings;
    std::shared_ptr<const sky::Moc> coverage; ///< in its own frame; null: not known
    bool noPicture = false;

    bool local() const { return !folder.empty(); }
    const hips::SurveyInfo& info() const { return said ? *said : entry.info; }
    QString title() const;
    std::optional<Wave> wave() const;
    std::optional<double> fraction() const; ///< of the sky
    /// It can be drawn without a network.
    bool hereOffline() const { return local() || kept; }
};

// The facts in words; empty where they are not known.
QString bandText(const SurveyFacts& facts);
QString yearsText(const SurveyFacts& facts);      ///< "1983–1999"
QString resolutionText(const SurveyFacts& facts); ///< of a pixel of the deepest tiles: "0.81″"
QString coverageText(const SurveyFacts& facts);   ///< "35 %"
QString healthText(const SurveyFacts& facts, bool offline);
/// Icon and theme token that go with healthText.
struct HealthLook {
    const char *icon, *token;
};
HealthLook healthLook(const SurveyFacts& facts, bool offline);

class SurveyLibrary final : public QObject {
    Q_OBJECT
public:
    static constexpr int kPictureSide = 88;                 ///< pixels; twice what a row shows, for dense screens
    static constexpr size_t kPictureBytes = size_t{8} << 20; ///< of all pictures together

    explicit SurveyLibrary(Controller& controller, QObject* parent = nullptr);
    ~SurveyLibrary() override;

    int size() const { return static_cast<int>(all_.size()); }
    const SurveyFacts& at(int index) const { return all_[static_cast<size_t>(index)]; }
    int indexOf(const QString& source) const; ///< -1: not here
    /// Reads what is on this computer: own folders, and what the disk cache keeps. The panel asks when it opens.
    void look();
    /// These can be seen now, the most wanted first; loads for others are given up.
    void want(const QList<int>& rows);
    /// Past all that is known: the detail page.
    void askAgain(int index);
    QImage picture(int index) const; ///< premultiplied; null: there is none (yet)
    std::filesystem::path ownFolder() const; ///< HiPS trees put here are found by themselves
    bool busy() const { return !tasks_.empty() || looking_ > 0; }

signals:
    void changed(const QSet<int>& indices); ///< at most every 50 ms
    void grown();                           ///< new ones at the end

private:
    enum class Step : uint8_t { Properties, Preview, Allsky };
    struct Task;
    struct Looked;
    void addOwn();
    int add(SurveyEntry entry, const std::string& folder);
    void looked(const std::vector<Looked>& found, const std::vector<std::string>& folders);
    void startNext();
    bool wantsWork(int index) const;
    void start(int index);
    void startLocal(int index);
    void ask(int index);
    void answered(int index, bool ok, const struct Answer& answer);
    void decode(int index, BytesPtr file, int allskyOrder);
    void keepPicture(int index, QImage picture);
    void finish(int index);
    void touch(int index);
    std::vector<std::string> bases(const SurveyFacts& facts) const;

    Controller& c_;
    std::vector<SurveyFacts> all_;
    QHash<QString, int> bySource_;
    std::map<int, Task> tasks_;
    QList<int> wanted_;
    QSet<int> done_; ///< asked for in this session: not again by itself
    struct Picture {
        QImage image;
        mutable uint64_t used = 0;
    };
    std::map<int, Picture> pictures_;
    mutable uint64_t clock_ = 0;
    QSet<int> changed_;
    QTimer batch_;
    std::shared_ptr<PendingFlag> lookFlag_;
    int looking_ = 0;
};

} // namespace firmament::window
