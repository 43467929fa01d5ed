import { Button, Checkbox, Input } from "antd";
import { useState } from "react";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { useText } from "@/shared/i18n/use-text";
import { ProblemNote } from "@/shared/ui/note";
import { TicketList } from "./ticket-list";
import { useTicketSearch } from "./use-ticket-search";

interface Props {
  readonly account: string;
  readonly open: (ticket: Ticket) => void;
}

/** Finds tickets by words. */
export function TicketSearch({ account, open }: Props) {
  const t = useText();
  const [text, setText] = useState("");
  const [mine, setMine] = useState(false);
  const search = useTicketSearch();
  const find = () => void search.find({ text: text.trim(), firstContact: mine ? account : "" });
  return (
    <section className="panel ticket-search" aria-labelledby="search-title">
      <div className="panel-head">
        <h2 id="search-title">{t("search.title")} <kbd>Alt F</kbd></h2>
        <Checkbox checked={mine} onChange={(event) => setMine(event.target.checked)}>{t("search.mine")}</Checkbox>
      </div>
      <form
        className="row"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          find();
        }}
      >
        <Input
          id="ticket-search"
          className="search-words"
          aria-label={t("search.label")}
          placeholder={t("search.label")}
          maxLength={100}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button htmlType="submit" loading={search.pending}>{t("search.submit")}</Button>
      </form>
      <ProblemNote problem={search.problem} />
      {search.tickets === undefined && <p className="soft small">{t("search.hint")}</p>}
      <div role="status">{search.tickets?.length === 0 && <p className="soft">{t("search.none")}</p>}</div>
      {search.tickets && <TicketList tickets={search.tickets} open={open} />}
      {search.more && <Button size="small" onClick={() => void search.more?.()}>{t("search.more")}</Button>}
    </section>
  );
}
