import { Check, ChevronDown } from 'lucide-react';
import {
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components';

interface ChoiceValue<Value extends string> {
  readonly id: Value;
  readonly text: string;
  /** A second line: what it means, or why it cannot be chosen. */
  readonly hint?: string;
  readonly isDisabled?: boolean;
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly values: readonly ChoiceValue<Value>[];
  readonly isDisabled?: boolean;
  readonly onChange: (value: Value) => void;
}

/** A few values side by side, one of which holds. */
export function Segments<Value extends string>({ label, value, values, onChange }: ChoiceProps<Value>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className="segments"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [key] = keys;
        const chosen = values.find(({ id }) => id === key);
        if (chosen) onChange(chosen.id);
      }}
    >
      {values.map(({ id, text }) => (
        <ToggleButton key={id} id={id} className="segment">
          {text}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

/** One of several values, in a list that opens. */
export function Choice<Value extends string>({
  label,
  value,
  values,
  isDisabled = false,
  onChange,
}: ChoiceProps<Value>) {
  return (
    <Select
      className="choice"
      isDisabled={isDisabled}
      value={value}
      onChange={(key) => {
        const chosen = values.find(({ id }) => id === key);
        if (chosen) onChange(chosen.id);
      }}
    >
      <Label className="field-label">{label}</Label>
      <Button className="choice-button">
        <SelectValue className="choice-value">{values.find(({ id }) => id === value)?.text}</SelectValue>
        <ChevronDown size={15} aria-hidden />
      </Button>
      <Popover className="popover choice-popover">
        <ListBox className="menu">
          {values.map(({ id, text, hint, isDisabled: isMissing = false }) => (
            <ListBoxItem key={id} id={id} textValue={text} isDisabled={isMissing} className="menu-item">
              <Check size={15} className="menu-check" aria-hidden />
              <span>
                {text}
                {hint && <span className="menu-hint">{hint}</span>}
              </span>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
