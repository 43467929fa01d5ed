import { Button } from "antd";
import { useState } from "react";
import { useText } from "@/shared/i18n/use-text";
import { Note, ProblemNote } from "@/shared/ui/note";
import { CasePanel } from "./case-panel";
import { Overview } from "./overview";
import { useWorkList } from "./use-work-list";
import { type ListName, type WorkName, listsOf } from "./work-lists";
import { WorkTable } from "./work-table";
import "./work.css";

interface Props {
  readonly work: WorkName;
  readonly signedOut: () => void;
}

/** Tickets to work on: the lists of this kind of work, and the ticket that was opened beside them. */
export default function WorkPage({ work, signedOut }: Props) {
  const t = useText();
  const lists = listsOf(work);
  const [list, setList] = useState<ListName>(lists[0] ?? "overdue");
  const [ticketNo, setTicketNo] = useState("");
  const [round, setRound] = useState(0);
  const { tickets, more, problem, reload } = useWorkList(work, list, signedOut);
  const again = () => {
    reload();
    setRound((last) => last + 1);
  };
  return (
    <main id="main" className="work" tabIndex={-1}>
      <div className="work-left">
        {work === "tickets" && <Overview round={round} />}
        <section className="panel" aria-labelledby="work-title">
          <div className="panel-head">
            <h2 id="work-title">{t(`list.${list}`)}{tickets && ` (${tickets.length}${more ? "+" : ""})`}</h2>
            <Button size="small" onClick={again}>{t("work.reload")}</Button>
          </div>
          <div className="row work-lists" role="group" aria-label={t("work.lists")}>
            {lists.map((name) => (
              <Button key={name} size="small" aria-pressed={name === list} type={name === list ? "primary" : "default"} onClick={() => setList(name)}>
                {t(`list.${name}`)}
              </Button>
            ))}
          </div>
          <ProblemNote problem={problem} />
          {tickets && tickets.length > 0 && <WorkTable tickets={tickets} chosen={ticketNo} open={setTicketNo} />}
          {tickets?.length === 0 && <p className="soft" role="status">{t("work.empty")}</p>}
        </section>
      </div>
      {ticketNo === "" ? <section className="panel"><Note tone="idle">{t("work.choose")}</Note></section> : <CasePanel key={ticketNo} ticketNo={ticketNo} done={again} />}
    </main>
  );
}
