import { AutoComplete, Checkbox, Radio, Select } from "antd";
import type { Category } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import type { TextKey } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { CATEGORIES, GROUPS, LANGUAGES, MAX_OUTCOMES, OUTCOMES } from "./content";
import { FieldFrame } from "./field";
import { TextField } from "./text-field";
import type { WritingSnapshot } from "./ticket-model";
import type { WritingActions } from "./use-writing";

interface Props {
  readonly writing: WritingSnapshot;
  readonly edit: WritingActions["edit"];
}

/** Every field of a ticket. Without `edit` they can be read only. */
export function TicketForm({ writing, edit }: Props) {
  const t = useText();
  const { mine } = writing;
  const fixed = edit === undefined;
  const text = { writing, edit };
  return (
    <div className="ticket-form">
      <FieldFrame name="category" writing={writing} group>
        <Radio.Group
          id="field-category"
          optionType="button"
          buttonStyle="solid"
          disabled={fixed}
          value={mine.category}
          options={CATEGORIES.map((value) => ({ value, label: t(`category.${value}`) }))}
          onChange={(event) => edit?.({ category: event.target.value as Category })}
        />
      </FieldFrame>
      <TextField name="subcategory" {...text} />
      <TextField name="title" {...text} />
      <TextField name="demand" rows={4} {...text} />
      <TextField name="answer" rows={4} {...text} />
      <FieldFrame name="outcomes" writing={writing} hint={t("ticket.outcomesHint")}>
        <Select
          id="field-outcomes"
          mode="multiple"
          className="wide"
          disabled={fixed}
          value={[...mine.outcomes]}
          options={OUTCOMES.map((value) => ({ value, label: `${value} ${t(`outcome.${value}` as TextKey)}` }))}
          showSearch={{ optionFilterProp: "label" }}
          maxCount={MAX_OUTCOMES}
          maxTagCount="responsive"
          virtual={false}
          onChange={(outcomes: string[]) => edit?.({ outcomes })}
        />
      </FieldFrame>
      <FieldFrame name="groups" writing={writing} group>
        <Checkbox.Group
          className="groups"
          disabled={fixed}
          value={[...mine.groups]}
          options={GROUPS.map((value) => ({ value, label: t(`group.${value}`) }))}
          onChange={(groups) => edit?.({ groups: groups })}
        />
      </FieldFrame>
      <TextField name="citizenName" {...text} />
      <TextField name="division" hint={t("ticket.divisionHint")} {...text} />
      <FieldFrame name="language" writing={writing}>
        <AutoComplete
          id="field-language"
          className="wide"
          disabled={fixed}
          value={mine.language}
          options={LANGUAGES.map((value) => ({ value, label: `${t(`language.${value}`)} ${value}` }))}
          showSearch={{ filterOption: (typed, option) => option?.label.toLowerCase().includes(typed.toLowerCase()) ?? false }}
          onChange={(language: string) => edit?.({ language })}
        />
      </FieldFrame>
      <div className="field field-confidential">
        <Checkbox
          disabled={fixed}
          checked={mine.confidential}
          onChange={(event) => edit?.({ confidential: event.target.checked })}
        >
          {t("ticket.confidential")} <span className="soft">{t("ticket.confidentialNote")}</span>
        </Checkbox>
      </div>
    </div>
  );
}

