import { NumberField as AriaNumberField, FieldError, Group, Input, Label } from 'react-aria-components';

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly minValue?: number;
  readonly step?: number;
  /** Digits after the point that are shown. */
  readonly digits?: number;
  readonly isDisabled?: boolean;
}

/** A number to type; the arrow keys change it by steps. */
export function NumberField({
  label,
  value,
  onChange,
  minValue,
  step = 0.001,
  digits = 3,
  isDisabled = false,
}: NumberFieldProps) {
  return (
    <AriaNumberField
      className="number-field"
      value={value}
      onChange={(next) => Number.isFinite(next) && onChange(next)}
      formatOptions={{ maximumFractionDigits: digits, useGrouping: false }}
      step={step}
      isDisabled={isDisabled}
      {...(minValue === undefined ? {} : { minValue })}
    >
      <Label className="field-label">{label}</Label>
      <Group>
        <Input className="input" />
      </Group>
      <FieldError />
    </AriaNumberField>
  );
}
